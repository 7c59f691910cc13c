<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

use Hookwright\Internal\Wire;

/** What became of a request. */
final class Outcome
{
    private function __construct(
        /** Which case it is: `response`, `failure`, `released`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** The receiver answered, with whatever status. */
    public static function response(\Hookwright\Deliveries\Response $value): self
    {
        return new self('response', $value);
    }

    /** The receiver did not answer. */
    public static function failure(\Hookwright\Deliveries\Failure $value): self
    {
        return new self('failure', $value);
    }

    /** It was not sent, for example because the host is stopping. Counts as no attempt. */
    public static function released(): self
    {
        return new self('released', null);
    }

    /** @internal */
    public static function fromWire(mixed $wire): self
    {
        [$case, $value] = Wire::variant($wire);

        return new self($case, match ($case) {
            'response' => \Hookwright\Deliveries\Response::fromWire($value),
            'failure' => \Hookwright\Deliveries\Failure::fromWire($value),
            default => $value,
        });
    }

    /** @internal */
    public function toWire(): mixed
    {
        return match ($this->case) {
            'response' => ['response' => $this->value->toWire()],
            'failure' => ['failure' => $this->value->toWire()],
            default => $this->case,
        };
    }
}

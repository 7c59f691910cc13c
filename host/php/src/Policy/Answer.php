<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Policy;

use Hookwright\Internal\Wire;

/** What an attempt comes to. */
final class Answer
{
    private function __construct(
        /** Which case it is: `response`, `failure`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** The receiver answered. */
    public static function response(\Hookwright\Policy\Response $value): self
    {
        return new self('response', $value);
    }

    /** It did not. A time-out takes the time of the setting, everything else none. */
    public static function failure(\Hookwright\Deliveries\FailureKind $value): self
    {
        return new self('failure', $value);
    }

    /** @internal */
    public static function fromWire(mixed $wire): self
    {
        [$case, $value] = Wire::variant($wire);

        return new self($case, match ($case) {
            'response' => \Hookwright\Policy\Response::fromWire($value),
            'failure' => \Hookwright\Deliveries\FailureKind::from($value),
            default => $value,
        });
    }

    /** @internal */
    public function toWire(): mixed
    {
        return match ($this->case) {
            'response' => ['response' => $this->value->toWire()],
            'failure' => ['failure' => $this->value->value],
            default => $this->case,
        };
    }
}

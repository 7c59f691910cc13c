<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Signing;

use Hookwright\Internal\Wire;

/** Why received headers were refused. */
final class HeadersRefusal
{
    private function __construct(
        /** Which case it is: `missing-header`, `repeated-header`, `message`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** A header that the scheme needs is missing; its name. */
    public static function missingHeader(string $value): self
    {
        return new self('missing-header', $value);
    }

    /** A header that the scheme needs stands there more than once; its name. */
    public static function repeatedHeader(string $value): self
    {
        return new self('repeated-header', $value);
    }

    /** The headers are there, and the message is refused. */
    public static function message(\Hookwright\Signing\Refusal $value): self
    {
        return new self('message', $value);
    }

    /** @internal */
    public static function fromWire(mixed $wire): self
    {
        [$case, $value] = Wire::variant($wire);

        return new self($case, match ($case) {
            'message' => \Hookwright\Signing\Refusal::fromWire($value),
            default => $value,
        });
    }

    /** @internal */
    public function toWire(): mixed
    {
        return match ($this->case) {
            'missing-header' => ['missing-header' => $this->value],
            'repeated-header' => ['repeated-header' => $this->value],
            'message' => ['message' => $this->value->toWire()],
            default => $this->case,
        };
    }
}

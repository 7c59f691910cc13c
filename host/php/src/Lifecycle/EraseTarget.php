<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

use Hookwright\Internal\Wire;

/** Whose data `erase` removes. */
final class EraseTarget
{
    private function __construct(
        /** Which case it is: `account`, `event`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** An account: its webhooks, limits and events, and all that became of these. */
    public static function account(string $value): self
    {
        return new self('account', $value);
    }

    /** An event `evt_…` and all that became of it. */
    public static function event(string $value): self
    {
        return new self('event', $value);
    }

    /** @internal */
    public static function fromWire(mixed $wire): self
    {
        [$case, $value] = Wire::variant($wire);

        return new self($case, match ($case) {
            default => $value,
        });
    }

    /** @internal */
    public function toWire(): mixed
    {
        return match ($this->case) {
            'account' => ['account' => $this->value],
            'event' => ['event' => $this->value],
            default => $this->case,
        };
    }
}

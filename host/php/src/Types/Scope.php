<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Types;

use Hookwright\Internal\Wire;

/** Whose objects a call may see and change. */
final class Scope
{
    private function __construct(
        /** Which case it is: `all`, `installation`, `account`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** Every object of the installation. */
    public static function all(): self
    {
        return new self('all', null);
    }

    /** Only objects that belong to no account. */
    public static function installation(): self
    {
        return new self('installation', null);
    }

    /** Only objects of this account. */
    public static function account(string $value): self
    {
        return new self('account', $value);
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
            default => $this->case,
        };
    }
}

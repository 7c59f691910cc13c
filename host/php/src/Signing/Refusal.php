<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Signing;

use Hookwright\Internal\Wire;

/** Why a signature was refused. */
final class Refusal
{
    private function __construct(
        /** Which case it is: `bad-timestamp`, `too-old`, `too-new`, `no-signature`, `mismatch`. */
        public readonly string $case,
        /** What the case carries; null where it carries nothing. */
        public readonly mixed $value,
    ) {
    }

    /** The header `webhook-timestamp` is not a number of unix seconds. */
    public static function badTimestamp(): self
    {
        return new self('bad-timestamp', null);
    }

    /** Older than the tolerance, by this many seconds against now. */
    public static function tooOld(int $value): self
    {
        return new self('too-old', $value);
    }

    /** Newer than the tolerance, by this many seconds against now. */
    public static function tooNew(int $value): self
    {
        return new self('too-new', $value);
    }

    /** The list holds no `v1` signature. */
    public static function noSignature(): self
    {
        return new self('no-signature', null);
    }

    /** No `v1` signature of the list is right. */
    public static function mismatch(): self
    {
        return new self('mismatch', null);
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
            'too-old' => ['too-old' => $this->value],
            'too-new' => ['too-new' => $this->value],
            default => $this->case,
        };
    }
}

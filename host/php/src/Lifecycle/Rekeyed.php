<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

/** What `rekey` did. */
final class Rekeyed
{
    public function __construct(
        /** Webhooks whose secrets, and plugins whose settings, were sealed anew. */
        public readonly int $changed,
        /**
         * Webhooks and plugins with something that is not under the first key still, also those that no key opens: the
         * log names them.
         */
        public readonly int $remaining,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            changed: $wire['changed'],
            remaining: $wire['remaining'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'changed' => $this->changed,
            'remaining' => $this->remaining,
        ];
    }
}

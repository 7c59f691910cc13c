<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

/** What `migrate` did. `from-version` is 0 for an empty database; equal numbers mean nothing was to do. */
final class Migration
{
    public function __construct(
        /** Version of the tables before; 0 for none. */
        public readonly int $fromVersion,
        /** Version of the tables now. */
        public readonly int $toVersion,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            fromVersion: $wire['from-version'],
            toVersion: $wire['to-version'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'from-version' => $this->fromVersion,
            'to-version' => $this->toVersion,
        ];
    }
}

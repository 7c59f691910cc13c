<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

/** A named number. */
final class Count
{
    public function __construct(
        /** What is counted: a status or a state. */
        public readonly string $name,
        /** How many there are. */
        public readonly int $count,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            name: $wire['name'],
            count: $wire['count'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'name' => $this->name,
            'count' => $this->count,
        ];
    }
}

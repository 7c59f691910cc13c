<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Lifecycle;

/** A stop of the installation. */
final class Stopped
{
    public function __construct(
        /** Why, for a person. */
        public readonly string $reason,
        /** Since when. */
        public readonly int $since,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            reason: $wire['reason'],
            since: $wire['since'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'reason' => $this->reason,
            'since' => $this->since,
        ];
    }
}

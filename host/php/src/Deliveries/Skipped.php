<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** Deliveries that were left as they are. */
final class Skipped
{
    public function __construct(
        /**
         * Why: the webhook is `paused`, `disabled` or `deleted`, the payload is past its retention and `purged`, or the
         * delivery has `changed` meanwhile. There may be more reasons.
         */
        public readonly string $reason,
        /** Their number. */
        public readonly int $deliveries,
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
            deliveries: $wire['deliveries'],
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
            'deliveries' => $this->deliveries,
        ];
    }
}

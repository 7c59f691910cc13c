<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Extensions;

/** The event that a hook is called for. */
final class EventContext
{
    public function __construct(
        /** `evt_…`, as the receivers will see it. */
        public readonly string $eventId,
        /** Its topic. */
        public readonly string $topic,
        /** When it happened. */
        public readonly int $occurredAt,
        /**
         * The tenant that it concerns.
         *
         * @var string|null
         */
        public readonly ?string $account = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            eventId: $wire['event-id'],
            topic: $wire['topic'],
            account: $wire['account'],
            occurredAt: $wire['occurred-at'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'event-id' => $this->eventId,
            'topic' => $this->topic,
            'account' => $this->account,
            'occurred-at' => $this->occurredAt,
        ];
    }
}

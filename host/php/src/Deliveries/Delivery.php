<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** A delivery as the log shows it. */
final class Delivery
{
    public function __construct(
        /** `dlv_…` */
        public readonly string $id,
        /** `evt_…` */
        public readonly string $eventId,
        /** `wh_…`; the webhook may have been deleted since. */
        public readonly string $webhookId,
        /** Topic of the event. */
        public readonly string $topic,
        /** Where it stands. */
        public readonly \Hookwright\Deliveries\State $state,
        /** Finished attempts. */
        public readonly int $attempts,
        /** True for a test event: one attempt, and no effect on the webhook's health. */
        public readonly bool $test,
        /** When the event was published. */
        public readonly int $createdAt,
        /**
         * The tenant that the event concerns.
         *
         * @var string|null
         */
        public readonly ?string $account = null,
        /**
         * When the next attempt is due, or the lease ends.
         *
         * @var int|null
         */
        public readonly ?int $dueAt = null,
        /**
         * Why the last attempt failed or the delivery ended, for a person.
         *
         * @var string|null
         */
        public readonly ?string $reason = null,
        /**
         * When it was delivered, exhausted or cancelled.
         *
         * @var int|null
         */
        public readonly ?int $finishedAt = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            id: $wire['id'],
            eventId: $wire['event-id'],
            webhookId: $wire['webhook-id'],
            topic: $wire['topic'],
            account: $wire['account'],
            state: \Hookwright\Deliveries\State::from($wire['state']),
            attempts: $wire['attempts'],
            dueAt: $wire['due-at'],
            reason: $wire['reason'],
            test: $wire['test'],
            createdAt: $wire['created-at'],
            finishedAt: $wire['finished-at'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'id' => $this->id,
            'event-id' => $this->eventId,
            'webhook-id' => $this->webhookId,
            'topic' => $this->topic,
            'account' => $this->account,
            'state' => $this->state->value,
            'attempts' => $this->attempts,
            'due-at' => $this->dueAt,
            'reason' => $this->reason,
            'test' => $this->test,
            'created-at' => $this->createdAt,
            'finished-at' => $this->finishedAt,
        ];
    }
}

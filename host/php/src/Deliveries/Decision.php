<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** What was decided after an outcome. */
final class Decision
{
    public function __construct(
        /** Where the delivery stands now. */
        public readonly \Hookwright\Deliveries\State $state,
        /** True when this outcome disabled the webhook. */
        public readonly bool $webhookDisabled,
        /**
         * When the next attempt is due, for `retrying`.
         *
         * @var int|null
         */
        public readonly ?int $dueAt = null,
        /**
         * Why, for a person; none for a success.
         *
         * @var string|null
         */
        public readonly ?string $reason = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            state: \Hookwright\Deliveries\State::from($wire['state']),
            dueAt: $wire['due-at'],
            reason: $wire['reason'],
            webhookDisabled: $wire['webhook-disabled'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'state' => $this->state->value,
            'due-at' => $this->dueAt,
            'reason' => $this->reason,
            'webhook-disabled' => $this->webhookDisabled,
        ];
    }
}

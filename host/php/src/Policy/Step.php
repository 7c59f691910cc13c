<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Policy;

/** An attempt and what follows. */
final class Step
{
    public function __construct(
        /** Number of the attempt, from 1. */
        public readonly int $attempt,
        /** When it is made. */
        public readonly \Hookwright\Policy\Moment $at,
        /** Where the delivery stands afterwards. */
        public readonly \Hookwright\Deliveries\State $state,
        /** Failed attempts of the webhook in a row. */
        public readonly int $failures,
        /**
         * Why it failed, for a person; none for a success.
         *
         * @var string|null
         */
        public readonly ?string $reason = null,
        /**
         * When the next attempt is made, while the delivery is retrying.
         *
         * @var \Hookwright\Policy\Moment|null
         */
        public readonly ?\Hookwright\Policy\Moment $next = null,
        /**
         * Until when nothing is sent to the webhook, if this answer slowed it down.
         *
         * @var \Hookwright\Policy\Moment|null
         */
        public readonly ?\Hookwright\Policy\Moment $slowedUntil = null,
        /**
         * Why this attempt disabled the webhook, for a person. At the expected times; jitter may shift it.
         *
         * @var string|null
         */
        public readonly ?string $disabled = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            attempt: $wire['attempt'],
            at: \Hookwright\Policy\Moment::fromWire($wire['at']),
            state: \Hookwright\Deliveries\State::from($wire['state']),
            reason: $wire['reason'],
            next: ($wire['next'] === null ? null : \Hookwright\Policy\Moment::fromWire($wire['next'])),
            failures: $wire['failures'],
            slowedUntil: ($wire['slowed-until'] === null ? null : \Hookwright\Policy\Moment::fromWire($wire['slowed-until'])),
            disabled: $wire['disabled'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'attempt' => $this->attempt,
            'at' => $this->at->toWire(),
            'state' => $this->state->value,
            'reason' => $this->reason,
            'next' => ($this->next === null ? null : $this->next->toWire()),
            'failures' => $this->failures,
            'slowed-until' => ($this->slowedUntil === null ? null : $this->slowedUntil->toWire()),
            'disabled' => $this->disabled,
        ];
    }
}

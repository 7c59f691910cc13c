<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** What `claim` found. */
final class Claimed
{
    public function __construct(
        /**
         * Requests to send now, each under a lease.
         *
         * @var list<\Hookwright\Deliveries\Request>
         */
        public readonly array $requests,
        /**
         * When the next delivery that was not claimed becomes due or a lease ends. None: nothing waits.
         *
         * @var int|null
         */
        public readonly ?int $nextDue = null,
        /**
         * Due time of the oldest delivery that is due and was not claimed.
         *
         * @var int|null
         */
        public readonly ?int $oldestDue = null,
        /**
         * Why the installation is stopped; then there are no requests until `lifecycle.resume`.
         *
         * @var string|null
         */
        public readonly ?string $stopped = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            requests: array_map(static fn ($item) => \Hookwright\Deliveries\Request::fromWire($item), array_values($wire['requests'])),
            nextDue: $wire['next-due'],
            oldestDue: $wire['oldest-due'],
            stopped: $wire['stopped'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'requests' => array_map(static fn ($item) => $item->toWire(), array_values($this->requests)),
            'next-due' => $this->nextDue,
            'oldest-due' => $this->oldestDue,
            'stopped' => $this->stopped,
        ];
    }
}

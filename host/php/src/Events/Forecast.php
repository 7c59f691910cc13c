<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Events;

/** What would become of an event. */
final class Forecast
{
    public function __construct(
        /**
         * Why it would be refused; empty: it would be stored.
         *
         * @var list<\Hookwright\Types\FieldError>
         */
        public readonly array $problems,
        /**
         * What its receipt would tell.
         *
         * @var list<string>
         */
        public readonly array $warnings,
        /**
         * One page of the webhooks that the scope sees, by the time of their creation.
         *
         * @var list<\Hookwright\Events\Explanation>
         */
        public readonly array $webhooks,
        /** Number of webhooks on all pages. */
        public readonly int $total,
        /**
         * The event whose receipt it would get instead of being stored, by its idempotency key or its data.
         *
         * @var string|null
         */
        public readonly ?string $replayOf = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            problems: array_map(static fn ($item) => \Hookwright\Types\FieldError::fromWire($item), array_values($wire['problems'])),
            warnings: $wire['warnings'],
            replayOf: $wire['replay-of'],
            webhooks: array_map(static fn ($item) => \Hookwright\Events\Explanation::fromWire($item), array_values($wire['webhooks'])),
            total: $wire['total'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'problems' => array_map(static fn ($item) => $item->toWire(), array_values($this->problems)),
            'warnings' => array_values($this->warnings),
            'replay-of' => $this->replayOf,
            'webhooks' => array_map(static fn ($item) => $item->toWire(), array_values($this->webhooks)),
            'total' => $this->total,
        ];
    }
}

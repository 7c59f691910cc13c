<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Extensions;

/** That some extension answers a hook. */
final class Interest
{
    public function __construct(
        /** The hook that is answered. */
        public readonly \Hookwright\Extensions\Hook $hook,
        /**
         * Topic patterns as in a webhook's topics; empty means all, also Hookwright's own, which only `filter-request`
         * and `after-delivery` meet.
         *
         * @var list<string>
         */
        public readonly array $topics,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            hook: \Hookwright\Extensions\Hook::from($wire['hook']),
            topics: $wire['topics'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'hook' => $this->hook->value,
            'topics' => array_values($this->topics),
        ];
    }
}

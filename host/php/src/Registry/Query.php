<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** Which webhooks to list. */
final class Query
{
    public function __construct(
        /** Whose webhooks. */
        public readonly \Hookwright\Types\Scope $scope,
        /** By what to sort; equal ones by id. */
        public readonly \Hookwright\Registry\Sort $sort,
        /** Largest first. */
        public readonly bool $descending,
        /** Which page. */
        public readonly \Hookwright\Types\Paging $paging,
        /**
         * Text to find in name, URL or integration, without regard to case.
         *
         * @var string|null
         */
        public readonly ?string $search = null,
        /**
         * Only webhooks with this status.
         *
         * @var \Hookwright\Registry\Status|null
         */
        public readonly ?\Hookwright\Registry\Status $status = null,
        /**
         * Only webhooks that would receive this topic.
         *
         * @var string|null
         */
        public readonly ?string $topic = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            scope: \Hookwright\Types\Scope::fromWire($wire['scope']),
            search: $wire['search'],
            status: ($wire['status'] === null ? null : \Hookwright\Registry\Status::from($wire['status'])),
            topic: $wire['topic'],
            sort: \Hookwright\Registry\Sort::from($wire['sort']),
            descending: $wire['descending'],
            paging: \Hookwright\Types\Paging::fromWire($wire['paging']),
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'scope' => $this->scope->toWire(),
            'search' => $this->search,
            'status' => ($this->status === null ? null : $this->status->value),
            'topic' => $this->topic,
            'sort' => $this->sort->value,
            'descending' => $this->descending,
            'paging' => $this->paging->toWire(),
        ];
    }
}

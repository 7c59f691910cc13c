<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** Which topics a document holds. */
final class Filter
{
    public function __construct(
        /**
         * Text to find in name, title or description, without regard to case.
         *
         * @var string|null
         */
        public readonly ?string $search = null,
        /**
         * One of `topic.sources`.
         *
         * @var string|null
         */
        public readonly ?string $source = null,
        /**
         * Only topics under this heading.
         *
         * @var string|null
         */
        public readonly ?string $group = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            search: $wire['search'],
            source: $wire['source'],
            group: $wire['group'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'search' => $this->search,
            'source' => $this->source,
            'group' => $this->group,
        ];
    }
}

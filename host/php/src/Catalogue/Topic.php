<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** A kind of event. */
final class Topic
{
    public function __construct(
        /** Unique name, compared byte for byte. */
        public readonly string $name,
        /** Short, for people. */
        public readonly string $title,
        /** When it fires. */
        public readonly string $description,
        /** Heading under which a list shows it. */
        public readonly string $group,
        /**
         * Where it comes from: names of built-in packs, `custom`, or `extension:` and a name.
         *
         * @var list<string>
         */
        public readonly array $sources,
        /**
         * JSON Schema (draft 2020-12) of the event's data.
         *
         * @var string|null
         */
        public readonly ?string $schema = null,
        /**
         * Realistic data.
         *
         * @var string|null
         */
        public readonly ?string $sample = null,
        /**
         * Why nobody should use it any more, as its settings say.
         *
         * @var string|null
         */
        public readonly ?string $deprecated = null,
        /**
         * The topic to use in its place.
         *
         * @var string|null
         */
        public readonly ?string $replacedBy = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            name: $wire['name'],
            title: $wire['title'],
            description: $wire['description'],
            group: $wire['group'],
            sources: $wire['sources'],
            schema: $wire['schema'],
            sample: $wire['sample'],
            deprecated: $wire['deprecated'],
            replacedBy: $wire['replaced-by'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'name' => $this->name,
            'title' => $this->title,
            'description' => $this->description,
            'group' => $this->group,
            'sources' => array_values($this->sources),
            'schema' => $this->schema,
            'sample' => $this->sample,
            'deprecated' => $this->deprecated,
            'replaced-by' => $this->replacedBy,
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** A topic to register. */
final class NewTopic
{
    public function __construct(
        /** Up to 120 characters: letters, digits, `_`, `-`, parts separated by full stops. */
        public readonly string $name,
        /**
         * Default: the name in words.
         *
         * @var string|null
         */
        public readonly ?string $title = null,
        /**
         * When it fires. Up to 2,000 characters; default empty.
         *
         * @var string|null
         */
        public readonly ?string $description = null,
        /**
         * Default `custom`.
         *
         * @var string|null
         */
        public readonly ?string $group = null,
        /**
         * JSON Schema of draft 2020-12, up to 256 KiB.
         *
         * @var string|null
         */
        public readonly ?string $schema = null,
        /**
         * Realistic data, up to 256 KiB.
         *
         * @var string|null
         */
        public readonly ?string $sample = null,
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
            schema: $wire['schema'],
            sample: $wire['sample'],
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
            'schema' => $this->schema,
            'sample' => $this->sample,
        ];
    }
}

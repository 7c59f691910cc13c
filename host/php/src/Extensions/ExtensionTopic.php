<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Extensions;

/** A topic that an extension contributes. */
final class ExtensionTopic
{
    public function __construct(
        /** Name, unique in the catalogue: letters, digits, `_`, `-`, parts separated by full stops. */
        public readonly string $name,
        /** Short, for people. */
        public readonly string $title,
        /** When it fires. */
        public readonly string $description,
        /** The heading under which the catalogue shows it. */
        public readonly string $group,
        /** Name of the extension. */
        public readonly string $extension,
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
            extension: $wire['extension'],
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
            'extension' => $this->extension,
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Plugins;

/** A version of a plugin. */
final class Package
{
    public function __construct(
        /** Unique on the site: 1 to 64 of `A-Z a-z 0-9 -`. */
        public readonly string $name,
        /** Semantic version, as the plugin says; 100 bytes at most. */
        public readonly string $version,
        /** SHA-256 of the bytes, 64 of `0-9 a-f`. */
        public readonly string $hash,
        /** What its failures mean. */
        public readonly \Hookwright\Plugins\FailurePolicy $policy,
        /**
         * What the plugin is, as a JSON object of up to 262,144 bytes. Read here: `topics`, a list of objects with a
         * `name`, and `settings_schema`, a JSON Schema (draft 2020-12) as JSON or as its text; null or absent for a
         * plugin without settings. All else is kept for the host.
         */
        public readonly string $description,
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
            version: $wire['version'],
            hash: $wire['hash'],
            policy: \Hookwright\Plugins\FailurePolicy::from($wire['policy']),
            description: $wire['description'],
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
            'version' => $this->version,
            'hash' => $this->hash,
            'policy' => $this->policy->value,
            'description' => $this->description,
        ];
    }
}

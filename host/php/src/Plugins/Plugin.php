<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Plugins;

/** A plugin. Its settings are not shown, because they may hold credentials. */
final class Plugin
{
    public function __construct(
        /** Unique on the site. */
        public readonly string $name,
        /** Of the present bytes. */
        public readonly string $version,
        /** Of the present bytes. */
        public readonly string $hash,
        /** Whether it is asked. */
        public readonly \Hookwright\Plugins\State $state,
        /** What its failures mean. */
        public readonly \Hookwright\Plugins\FailurePolicy $policy,
        /** Place in the order of activation, from 1 and with gaps; 0 while inactive. */
        public readonly int $position,
        /**
         * Names of the top-level settings that are set.
         *
         * @var list<string>
         */
        public readonly array $settingNames,
        /** Failures since it was activated, upgraded or rolled back. */
        public readonly int $failures,
        /**
         * Those since the last call that did not fail, of all processes together; another settings or version begins
         * anew too.
         */
        public readonly int $failuresInARow,
        /** When it was first installed. */
        public readonly int $installedAt,
        /** When anything but its failures last changed. */
        public readonly int $updatedAt,
        /** What the plugin is, a JSON object. */
        public readonly string $description,
        /**
         * The last of them.
         *
         * @var string|null
         */
        public readonly ?string $lastError = null,
        /**
         * Why it was deactivated.
         *
         * @var string|null
         */
        public readonly ?string $deactivatedReason = null,
        /**
         * The bytes that a roll-back leads to; a host keeps them.
         *
         * @var string|null
         */
        public readonly ?string $previousHash = null,
        /**
         * Their version.
         *
         * @var string|null
         */
        public readonly ?string $previousVersion = null,
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
            state: \Hookwright\Plugins\State::from($wire['state']),
            policy: \Hookwright\Plugins\FailurePolicy::from($wire['policy']),
            position: $wire['position'],
            settingNames: $wire['setting-names'],
            failures: $wire['failures'],
            failuresInARow: $wire['failures-in-a-row'],
            lastError: $wire['last-error'],
            deactivatedReason: $wire['deactivated-reason'],
            installedAt: $wire['installed-at'],
            updatedAt: $wire['updated-at'],
            description: $wire['description'],
            previousHash: $wire['previous-hash'],
            previousVersion: $wire['previous-version'],
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
            'state' => $this->state->value,
            'policy' => $this->policy->value,
            'position' => $this->position,
            'setting-names' => array_values($this->settingNames),
            'failures' => $this->failures,
            'failures-in-a-row' => $this->failuresInARow,
            'last-error' => $this->lastError,
            'deactivated-reason' => $this->deactivatedReason,
            'installed-at' => $this->installedAt,
            'updated-at' => $this->updatedAt,
            'description' => $this->description,
            'previous-hash' => $this->previousHash,
            'previous-version' => $this->previousVersion,
        ];
    }
}

<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** A named subscription. Its secret is never read back. */
final class Webhook
{
    public function __construct(
        /** `wh_…` */
        public readonly string $id,
        /** For people. */
        public readonly string $name,
        /** Where requests go. */
        public readonly string $url,
        /**
         * Topic names and patterns; empty means all topics but the operational ones.
         *
         * @var list<string>
         */
        public readonly array $topics,
        /** Whether it receives events. */
        public readonly \Hookwright\Registry\Status $status,
        /** When the status last changed. */
        public readonly int $statusAt,
        /** Counts the changes of the registry's fields, from 1. */
        public readonly int $revision,
        /** When it was created. */
        public readonly int $createdAt,
        /** When a field of the registry last changed. */
        public readonly int $updatedAt,
        /** How delivery goes. */
        public readonly \Hookwright\Registry\Health $health,
        /** As in `options`. */
        public readonly string $integration,
        /**
         * Names of the headers in `options`; their values are not read back.
         *
         * @var list<string>
         */
        public readonly array $headerNames,
        /** As in `options`. */
        public readonly string $dialect,
        /** As in `options`. */
        public readonly string $format,
        /** As in `options`. */
        public readonly int $payloadVersion,
        /** As in `options`. */
        public readonly bool $standardHeaders,
        /** True until a ping has been answered 2xx since the webhook became active or its URL changed. */
        public readonly bool $pingPending,
        /**
         * Until when signatures of former secrets are sent beside the present one's.
         *
         * @var list<int>
         */
        public readonly array $formerSecretsUntil,
        /**
         * Why the policy disabled it.
         *
         * @var string|null
         */
        public readonly ?string $statusReason = null,
        /**
         * Whose events it receives; none means those of the whole installation.
         *
         * @var string|null
         */
        public readonly ?string $account = null,
        /**
         * As in `options`.
         *
         * @var string|null
         */
        public readonly ?string $description = null,
        /**
         * As in `options`.
         *
         * @var string|null
         */
        public readonly ?string $owner = null,
        /**
         * As in `options`; none means the installation's.
         *
         * @var list<int>|null
         */
        public readonly ?array $retrySchedule = null,
        /**
         * As in `options`; none means the installation's.
         *
         * @var int|null
         */
        public readonly ?int $timeout = null,
        /**
         * As in `options`; none means no limit.
         *
         * @var int|null
         */
        public readonly ?int $requestsPerSecond = null,
        /**
         * As in `options`.
         *
         * @var string|null
         */
        public readonly ?string $filter = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            id: $wire['id'],
            name: $wire['name'],
            url: $wire['url'],
            topics: $wire['topics'],
            status: \Hookwright\Registry\Status::from($wire['status']),
            statusReason: $wire['status-reason'],
            statusAt: $wire['status-at'],
            account: $wire['account'],
            revision: $wire['revision'],
            createdAt: $wire['created-at'],
            updatedAt: $wire['updated-at'],
            health: \Hookwright\Registry\Health::fromWire($wire['health']),
            description: $wire['description'],
            integration: $wire['integration'],
            owner: $wire['owner'],
            headerNames: $wire['header-names'],
            dialect: $wire['dialect'],
            format: $wire['format'],
            payloadVersion: $wire['payload-version'],
            standardHeaders: $wire['standard-headers'],
            retrySchedule: $wire['retry-schedule'],
            timeout: $wire['timeout'],
            requestsPerSecond: $wire['requests-per-second'],
            filter: $wire['filter'],
            pingPending: $wire['ping-pending'],
            formerSecretsUntil: $wire['former-secrets-until'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'url' => $this->url,
            'topics' => array_values($this->topics),
            'status' => $this->status->value,
            'status-reason' => $this->statusReason,
            'status-at' => $this->statusAt,
            'account' => $this->account,
            'revision' => $this->revision,
            'created-at' => $this->createdAt,
            'updated-at' => $this->updatedAt,
            'health' => $this->health->toWire(),
            'description' => $this->description,
            'integration' => $this->integration,
            'owner' => $this->owner,
            'header-names' => array_values($this->headerNames),
            'dialect' => $this->dialect,
            'format' => $this->format,
            'payload-version' => $this->payloadVersion,
            'standard-headers' => $this->standardHeaders,
            'retry-schedule' => ($this->retrySchedule === null ? null : array_values($this->retrySchedule)),
            'timeout' => $this->timeout,
            'requests-per-second' => $this->requestsPerSecond,
            'filter' => $this->filter,
            'ping-pending' => $this->pingPending,
            'former-secrets-until' => array_values($this->formerSecretsUntil),
        ];
    }
}

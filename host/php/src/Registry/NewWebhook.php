<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** A webhook to create. */
final class NewWebhook
{
    public function __construct(
        /**
         * Absolute https URL without credentials, up to 2,048 bytes; http only where the configuration allows it,
         * and none that `guard.check-url` blocks.
         */
        public readonly string $url,
        /**
         * Names and patterns (`order.*`, `*`), 100 at most; empty means all. A name must be in the catalogue.
         *
         * @var list<string>
         */
        public readonly array $topics,
        /**
         * Up to 200 characters. Default: `Webhook created on` and the date.
         *
         * @var string|null
         */
        public readonly ?string $name = null,
        /**
         * Up to 200 bytes. None: the webhook belongs to the installation and receives the events of all accounts.
         *
         * @var string|null
         */
        public readonly ?string $account = null,
        /**
         * Default `active`.
         *
         * @var \Hookwright\Registry\Status|null
         */
        public readonly ?\Hookwright\Registry\Status $status = null,
        /**
         * `whsec_` and base64 of 24 to 64 bytes; `whsk_…` for ed25519; any text of 8 to 200 characters for a dialect
         * whose key is text. Default: 32 random bytes.
         *
         * @var string|null
         */
        #[\SensitiveParameter] public readonly ?string $secret = null,
        /** Everything else. */
        public readonly \Hookwright\Registry\Options $options = new \Hookwright\Registry\Options(),
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
            url: $wire['url'],
            topics: $wire['topics'],
            account: $wire['account'],
            status: ($wire['status'] === null ? null : \Hookwright\Registry\Status::from($wire['status'])),
            secret: $wire['secret'],
            options: \Hookwright\Registry\Options::fromWire($wire['options']),
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
            'url' => $this->url,
            'topics' => array_values($this->topics),
            'account' => $this->account,
            'status' => ($this->status === null ? null : $this->status->value),
            'secret' => $this->secret,
            'options' => $this->options->toWire(),
        ];
    }
}

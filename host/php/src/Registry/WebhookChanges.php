<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** Changes to a webhook; a field that is none stays as it is. */
final class WebhookChanges
{
    public function __construct(
        /**
         * As in `new-webhook`.
         *
         * @var string|null
         */
        public readonly ?string $name = null,
        /**
         * As in `new-webhook`.
         *
         * @var string|null
         */
        public readonly ?string $url = null,
        /**
         * As in `new-webhook`; replaces the whole list.
         *
         * @var list<string>|null
         */
        public readonly ?array $topics = null,
        /**
         * `disabled` is the policy's and cannot be chosen. Making it active frees held deliveries and forgives past failures.
         *
         * @var \Hookwright\Registry\Status|null
         */
        public readonly ?\Hookwright\Registry\Status $status = null,
        /**
         * The revision that the caller has seen; another one fails with `conflict`. None overwrites.
         *
         * @var int|null
         */
        public readonly ?int $revision = null,
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
            status: ($wire['status'] === null ? null : \Hookwright\Registry\Status::from($wire['status'])),
            revision: $wire['revision'],
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
            'topics' => ($this->topics === null ? null : array_values($this->topics)),
            'status' => ($this->status === null ? null : $this->status->value),
            'revision' => $this->revision,
            'options' => $this->options->toWire(),
        ];
    }
}

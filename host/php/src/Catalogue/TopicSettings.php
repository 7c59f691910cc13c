<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** What an operator sets for a topic, wherever it comes from. */
final class TopicSettings
{
    public function __construct(
        /**
         * Default `off`. The others need a schema of the keywords that are supported. A topic without one is held to
         * the schema that the documents infer from its sample: the types that it shows, and every key of it.
         */
        public readonly \Hookwright\Catalogue\Validation $validation,
        /**
         * How long an identical event is dropped; 0, the default, is never; 7 days at most. Identical is one with the
         * same data as the last event of the topic, its account and its subject, which is the data's member `id`, so
         * an event that follows another about the same subject is never dropped. Events with an idempotency key are not.
         */
        public readonly int $dedupeWindow,
        /**
         * How long payloads are kept, in milliseconds; 0 is for ever. None: as long as the installation says.
         *
         * @var int|null
         */
        public readonly ?int $keepPayloads = null,
        /**
         * How long attempts are kept, in milliseconds; 0 is for ever. None: as long as the installation says.
         *
         * @var int|null
         */
        public readonly ?int $keepAttempts = null,
        /**
         * Why nobody should use it any more, up to 500 characters; receipts and documents tell.
         *
         * @var string|null
         */
        public readonly ?string $deprecated = null,
        /**
         * The topic to use in its place, when it is deprecated.
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
            validation: \Hookwright\Catalogue\Validation::from($wire['validation']),
            dedupeWindow: $wire['dedupe-window'],
            keepPayloads: $wire['keep-payloads'],
            keepAttempts: $wire['keep-attempts'],
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
            'validation' => $this->validation->value,
            'dedupe-window' => $this->dedupeWindow,
            'keep-payloads' => $this->keepPayloads,
            'keep-attempts' => $this->keepAttempts,
            'deprecated' => $this->deprecated,
            'replaced-by' => $this->replacedBy,
        ];
    }
}

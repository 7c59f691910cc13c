<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** A webhook and its new secret, which is shown this once. */
final class Created
{
    public function __construct(
        /** The webhook as stored. */
        public readonly \Hookwright\Registry\Webhook $webhook,
        /** `whsec_…`, or another kind that the dialect takes. */
        #[\SensitiveParameter] public readonly string $secret,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            webhook: \Hookwright\Registry\Webhook::fromWire($wire['webhook']),
            secret: $wire['secret'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'webhook' => $this->webhook->toWire(),
            'secret' => $this->secret,
        ];
    }
}

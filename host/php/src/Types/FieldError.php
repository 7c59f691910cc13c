<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Types;

/** One input that was refused. */
final class FieldError
{
    public function __construct(
        /** Path of the field as the caller wrote it, for example `url` or `topics[2]`. */
        public readonly string $field,
        /** What is wrong and what would be right, in one sentence for a person. */
        public readonly string $message,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            field: $wire['field'],
            message: $wire['message'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'field' => $this->field,
            'message' => $this->message,
        ];
    }
}

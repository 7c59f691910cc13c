<?php

declare(strict_types=1);

namespace Hookwright\Exception;

use Hookwright\Types\FieldError;

/** The input is wrong. */
final class InvalidInput extends HookwrightException
{
    /** @param list<FieldError> $fields each field that is wrong, at least one */
    public function __construct(public readonly array $fields)
    {
        $told = array_map(static fn (FieldError $field) => "{$field->field}: {$field->message}", $fields);
        parent::__construct(implode('; ', $told));
    }
}

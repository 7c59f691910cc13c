<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use Hookwright\Exception;
use Hookwright\Types\FieldError;

/**
 * The declared errors of the interface as exceptions.
 *
 * @internal
 */
final class Errors
{
    /** @var list<\Throwable> */
    private static array $causes = [];

    /** @param list<\Throwable> $thrown by callbacks and the database, during the call whose answer is read next */
    public static function causes(array $thrown): void
    {
        self::$causes = $thrown;
    }

    public static function declared(mixed $wire): Exception\HookwrightException
    {
        [$case, $value] = Wire::variant($wire);

        return match ($case) {
            'invalid' => new Exception\InvalidInput(array_map(FieldError::fromWire(...), $value)),
            'not-found' => new Exception\NotFound("Not found: {$value}"),
            'conflict' => new Exception\Conflict($value),
            'forbidden' => new Exception\Forbidden($value),
            'storage' => self::storage($value),
            'extension' => new Exception\ExtensionRefused($value, previous: self::cause($value)),
        };
    }

    private static function storage(mixed $wire): Exception\StorageFailed
    {
        [$kind, $value] = Wire::variant($wire);
        $message = $kind === 'expectation-failed'
            ? 'Somebody else changed the same data at the same time; try again.'
            : (string) $value;
        $cause = self::cause($message);

        return match ($kind) {
            'transaction-lost' => new Exception\TransactionLost($kind, $message, $cause),
            'transaction-must-restart' => new Exception\TransactionMustRestart($kind, $message, $cause),
            default => new Exception\StorageFailed($kind, $message, $cause),
        };
    }

    /** The last that was thrown and is told of in these words. */
    private static function cause(string $words): ?\Throwable
    {
        foreach (array_reverse(self::$causes) as $thrown) {
            if (str_contains($words, $thrown->getMessage())) {
                return $thrown;
            }
        }

        return null;
    }
}

<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** Why a batch failed; it has been rolled back. Thrown by a storage, told to the component, never seen by an application. */
final class StorageError extends \RuntimeException
{
    /**
     * @param string     $kind  `retryable`, `transaction-lost`, `transaction-must-restart`, `expectation-failed`,
     *                          `constraint`, `unavailable` or `other`, as wit/webhooks/types.wit says
     * @param int|string $value the index of the statement for `expectation-failed`, else the reason for a person
     */
    public function __construct(
        public readonly string $kind,
        public readonly int|string $value,
        ?\Throwable $previous = null,
    ) {
        parent::__construct((string) $value, 0, $previous);
    }
}

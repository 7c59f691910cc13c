<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** The database refused. Nothing of the call was written, unless the message says that this is not known. */
class StorageFailed extends HookwrightException
{
    /**
     * @param string $kind `retryable`, `transaction-lost`, `transaction-must-restart`, `expectation-failed`, `constraint`,
     *                     `unavailable` or `other`, as wit/webhooks/types.wit says
     */
    public function __construct(public readonly string $kind, string $message, ?\Throwable $previous = null)
    {
        parent::__construct($message, 0, $previous);
    }
}

<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** The application must roll its transaction back and run it again; nothing of the call is left in it. */
final class TransactionMustRestart extends StorageFailed
{
}

<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** The application's own transaction is gone, with all that it had written: run it again from its beginning. */
final class TransactionLost extends StorageFailed
{
}

<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** Everything that Hookwright throws. The classes below it say what to do. */
abstract class HookwrightException extends \RuntimeException
{
}

<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** There is no such object in the scope of the caller. */
final class NotFound extends HookwrightException
{
}

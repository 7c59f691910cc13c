<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Plugins;

/** Whether a plugin is asked. */
enum State: string
{
    /** It is. */
    case Active = 'active';

    /** It is not. */
    case Inactive = 'inactive';
}

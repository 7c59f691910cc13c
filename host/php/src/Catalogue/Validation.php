<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Catalogue;

/** What becomes of an event whose data do not satisfy the topic's schema. */
enum Validation: string
{
    /** Nobody looks. */
    case Off = 'off';

    /** It is stored, and the receipt tells. */
    case Warn = 'warn';

    /** It is refused, with a field error for each violation. */
    case Enforce = 'enforce';
}

<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/** Who sends. */
enum DeliveryMode: string
{
    /** PHP, once the visitor has the page, where the server allows that; and WP-Cron. */
    case Auto = 'auto';

    /** WP-Cron alone. */
    case Cron = 'cron';

    /** Neither: `wp hookwright deliver --watch`, or another host of Hookwright on the same tables. */
    case Worker = 'worker';
}

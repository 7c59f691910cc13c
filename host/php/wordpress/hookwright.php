<?php

/**
 * Plugin Name:       Hookwright
 * Description:       Sends webhooks: signed, retried until they arrive, with a log of every attempt.
 * Version:           0.1.0
 * Requires at least: 6.0
 * Requires PHP:      8.1
 * Author:            The Hookwright authors
 * License:           MIT OR Apache-2.0
 * Text Domain:       hookwright
 * Domain Path:       /languages
 */

declare(strict_types=1);

defined('ABSPATH') || exit;

require_once __DIR__ . '/load.php';

if (!function_exists('hookwright')) {
    /** Webhooks of this site: `hookwright()->publish('booking.made', ['id' => 7]);` */
    function hookwright(): Hookwright\WordPress\Site
    {
        return Hookwright\WordPress\Plugin::site();
    }
}

Hookwright\WordPress\Plugin::boot(__FILE__);

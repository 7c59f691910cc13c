<?php

declare(strict_types=1);

// WordPress runs this when an administrator deletes the plugin. It needs neither FFI nor the library.
defined('WP_UNINSTALL_PLUGIN') || exit;

require_once __DIR__ . '/load.php';

Hookwright\WordPress\Installation::removeEverywhere();

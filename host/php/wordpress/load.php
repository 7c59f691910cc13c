<?php

declare(strict_types=1);

// The classes of the plugin, and the library: beside it as built, above it in the checkout.
defined('ABSPATH') || exit;

require_once is_dir(__DIR__ . '/lib-php') ? __DIR__ . '/lib-php/autoload.php' : dirname(__DIR__) . '/autoload.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Hookwright\\WordPress\\')) {
        $file = __DIR__ . '/src/' . strtr(substr($class, 21), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});

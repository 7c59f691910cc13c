<?php

declare(strict_types=1);

// For applications without composer: require this file once.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Hookwright\\')) {
        $file = __DIR__ . '/src/' . strtr(substr($class, 11), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});

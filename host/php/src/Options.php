<?php

declare(strict_types=1);

namespace Hookwright;

/** How Hookwright runs in this application. Every field has a default. */
final class Options
{
    /**
     * @param array<string, string>                 $config      the installation's settings; wit/README.md lists them
     * @param Extensions|null                       $extensions  callbacks that add topics, change data or refuse
     * @param (callable(string, string): void)|null $log         takes level (`debug`, `info`, `warn`, `error`) and line;
     *                                                           default: `warn` and `error` go to PHP's error log
     * @param string|null                           $library     path of libhookwright_capi; default: beside this package
     * @param string|null                           $component   path of hookwright.wasm; default: the one in the library
     * @param string|null                           $cacheFolder for compiled code, this user's alone; default: one in the
     *                                                           system's folder for temporary files
     * @param (callable(): int)|null                $clock       unix milliseconds; default: the system's
     * @param (callable(int): string)|null          $random      that many secure random bytes; default: the system's
     */
    public function __construct(
        #[\SensitiveParameter] public readonly array $config = [],
        public readonly ?Extensions $extensions = null,
        public readonly mixed $log = null,
        public readonly ?string $library = null,
        public readonly ?string $component = null,
        public readonly ?string $cacheFolder = null,
        public readonly mixed $clock = null,
        public readonly mixed $random = null,
    ) {
    }

    /** @return array<string, mixed> of the settings only the names, because some are keys */
    public function __debugInfo(): array
    {
        return ['config' => array_keys($this->config)] + get_object_vars($this);
    }
}

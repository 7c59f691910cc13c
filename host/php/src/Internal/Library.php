<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use FFI;
use FFI\CData;
use Hookwright\Exception\CoreFailed;
use Hookwright\Exception\NotAvailable;

/**
 * The C library, as host/rust/capi/include/hookwright.h declares it: the only file that uses FFI, so that it alone has to
 * be preloaded where `ffi.enable` is `preload`.
 *
 * Decides where the library is found and what is said when it cannot be used. No exception leaves a callback: PHP would
 * end the process.
 *
 * @internal
 */
final class Library
{
    /** Of the library that this package fits to. */
    public const VERSION = '0.1.0';

    /** Under which name a preloaded header declares the library. */
    public const SCOPE = 'HOOKWRIGHT';

    /** What ends a request without destructors. */
    private const FATAL = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;

    private static ?self $loaded = null;

    /** @var list<array{\Closure(string, string): string, \Fiber|null}> who answers the imports of the calls under way; where */
    private array $answering = [];

    /** @var array<int, Handle> those that are open, by their object id */
    private array $open = [];

    private ?\Throwable $aside = null;

    private readonly CData $callback;

    private readonly CData $text;

    /** @param string|null $file where it lies; null: where the preloaded header says */
    private function __construct(private readonly FFI $ffi, private readonly ?string $file)
    {
        // Made into a C function once; PHP keeps each such function to the end of the request.
        $this->callback = $ffi->new('struct { hookwright_import function; }');
        $this->callback->function = $this->answer(...);
        $this->text = $ffi->new('hookwright_text');
        // A request before this one may have been broken off inside a callback.
        $ffi->hookwright_unwound();
        register_shutdown_function(function (): void {
            // Nothing is under way in a shutdown function, also not what was when the script called exit.
            $this->answering = [];
            $this->ffi->hookwright_unwound();
            // After all others, which may call still.
            register_shutdown_function($this->closeAfterFatal(...));
        });
    }

    /**
     * @param string|null $path of the library; null looks in the usual places
     *
     * @throws NotAvailable
     */
    public static function load(?string $path): self
    {
        if (self::$loaded !== null) {
            $isOther = $path !== null && realpath($path) !== self::$loaded->file;

            return !$isOther ? self::$loaded : throw new NotAvailable(sprintf(
                'This process has loaded a library of Hookwright already, %s, and cannot load %s too.',
                self::$loaded->file ?? 'the preloaded one',
                $path,
            ));
        }
        [$ffi, $file] = self::ffi($path);

        return self::$loaded = new self(self::checked($ffi), $file);
    }

    /**
     * A handle on the component.
     *
     * @throws NotAvailable
     */
    public function open(string $options): Handle
    {
        $this->refuseOtherFibers();
        $handle = $this->ffi->hookwright_open(
            $options,
            strlen($options),
            $this->callback->function,
            null,
            FFI::addr($this->text),
        );
        $error = $this->taken();
        if ($handle === null) {
            $error = json_decode($error, true) ?? [];
            throw new NotAvailable($error['message'] ?? 'The component cannot be opened.');
        }

        $handle = new Handle($handle);

        return $this->open[spl_object_id($handle)] = $handle;
    }

    /**
     * The answer, and whether it is one; else it is an error as the header says.
     *
     * @param \Closure(string, string): string $imports answers an import: name and JSON arguments to JSON
     *
     * @return array{bool, string}
     *
     * @throws \Throwable what `$imports` threw, if the call failed by it
     */
    public function call(Handle $handle, string $name, string $arguments, \Closure $imports): array
    {
        $this->refuseOtherFibers();
        $this->answering[] = [$imports, \Fiber::getCurrent()];
        $handle->isBusy = true;
        try {
            $text = FFI::addr($this->text);
            $code = $this->ffi->hookwright_call($handle->native, $name, strlen($name), $arguments, strlen($arguments), $text);
        } finally {
            array_pop($this->answering);
            $handle->isBusy = false;
        }
        $answer = $this->taken();
        $aside = $this->aside;
        $this->aside = null;
        if ($code !== 0 && $aside !== null) {
            throw $aside;
        }

        return [$code === 0, $answer];
    }

    public function close(Handle $handle): void
    {
        unset($this->open[spl_object_id($handle)]);
        if ($handle->native !== null) {
            $this->ffi->hookwright_close($handle->native);
            $handle->native = null;
        }
    }

    /** Forgets a handle that is the parent process's. */
    public function forget(Handle $handle): void
    {
        unset($this->open[spl_object_id($handle)]);
    }

    /** PHP calls no destructor after a fatal error, and a process of php-fpm would keep what is open for good. */
    private function closeAfterFatal(): void
    {
        if (((error_get_last()['type'] ?? 0) & self::FATAL) === 0) {
            return;
        }
        foreach ($this->open as $handle) {
            if (!$handle->isBusy && $handle->process === getmypid()) {
                $this->close($handle);
            }
        }
    }

    /** Calls return in the order in which they lie upon each other, and those of two Fibers need not. */
    private function refuseOtherFibers(): void
    {
        $last = array_key_last($this->answering);
        if ($last !== null && $this->answering[$last][1] !== \Fiber::getCurrent()) {
            throw new CoreFailed('busy', 'a callback or the storage has suspended a Fiber in the middle of a call; until that'
                . ' call returns, no other Fiber can make one');
        }
    }

    /** The header that `ffi.preload` wants, for the library at this path. */
    public static function preloadHeader(?string $path): string
    {
        $path ??= self::fromEnvironment();
        $library = self::path($path) ?? self::missing($path);

        return sprintf(
            "#define FFI_SCOPE \"%s\"\n#define FFI_LIB \"%s\"\n%s",
            self::SCOPE,
            $library,
            file_get_contents(__DIR__ . '/hookwright.ffi.h'),
        );
    }

    /** Called from C. Whatever is thrown here is kept until C has returned. */
    private function answer(?CData $_, CData $name, int $nameLen, CData $arguments, int $argumentsLen, CData $reply): int
    {
        try {
            [$imports] = $this->answering[array_key_last($this->answering)];
            $answer = $imports(FFI::string($name, $nameLen), FFI::string($arguments, $argumentsLen));
            $this->ffi->hookwright_answer($reply, $answer, strlen($answer));

            return 0;
        } catch (\Throwable $thrown) {
            $this->aside = $thrown;
            $reason = $thrown::class;
            $this->ffi->hookwright_answer($reply, $reason, strlen($reason));

            return 1;
        }
    }

    private function taken(): string
    {
        $text = $this->text->data === null ? '' : FFI::string($this->text->data, $this->text->len);
        $this->ffi->hookwright_free(FFI::addr($this->text));

        return $text;
    }

    /** @return array{FFI, string|null} and where the library lies, if it is not the preloaded one */
    private static function ffi(?string $path): array
    {
        if (!extension_loaded('ffi')) {
            throw new NotAvailable(
                'PHP has no FFI here: install the extension ffi (Debian: php-common), or run `hookwright serve` beside PHP'
                . ' and use Hookwright::connect(), which needs no FFI (README.md, "Without FFI").',
            );
        }
        $path ??= self::fromEnvironment();
        $preloaded = $path === null ? self::preloaded() : null;
        if ($preloaded !== null) {
            return [$preloaded, null];
        }
        // Not preloaded, or another one is asked for. On the command line, and with ffi.enable=1, none is needed.
        $library = self::path($path) ?? self::missing($path);
        try {
            return [FFI::cdef((string) file_get_contents(__DIR__ . '/hookwright.ffi.h'), $library), $library];
        } catch (FFI\Exception $error) {
            if (str_contains($error->getMessage(), 'restricted')) {
                $preloaded = self::preloaded();
                if ($preloaded !== null) {
                    return [$preloaded, $library];
                }
                throw new NotAvailable(
                    'PHP does not allow FFI in this process. Set ffi.enable=1 in php.ini or in the pool of php-fpm, or'
                    . ' preload Hookwright (README.md, "php-fpm"); both are set by the administrator. Without: run'
                    . ' `hookwright serve` beside PHP and use Hookwright::connect() (README.md, "Without FFI"). The worker'
                    . ' on the command line needs none of it.',
                    previous: $error,
                );
            }
            throw new NotAvailable("{$library} cannot be used: {$error->getMessage()}", previous: $error);
        }
    }

    private static function preloaded(): ?FFI
    {
        try {
            return FFI::scope(self::SCOPE);
        } catch (FFI\Exception) {
            return null;
        }
    }

    private static function checked(FFI $ffi): FFI
    {
        $version = $ffi->hookwright_version();
        if ($version !== self::VERSION) {
            throw new NotAvailable(sprintf(
                'The library of Hookwright has version %s, this package needs %s; install both of the same version.',
                $version,
                self::VERSION,
            ));
        }

        return $ffi;
    }

    private static function path(?string $path): ?string
    {
        if ($path !== null) {
            return is_file($path) ? (string) realpath($path) : null;
        }
        foreach (self::places() as $place) {
            if (is_file($place)) {
                return (string) realpath($place);
            }
        }

        return null;
    }

    private static function fromEnvironment(): ?string
    {
        $set = getenv('PHP_HOOKWRIGHT_LIBRARY');

        return is_string($set) && $set !== '' ? $set : null;
    }

    /** @return list<string> */
    private static function places(): array
    {
        $name = match (PHP_OS_FAMILY) {
            'Windows' => 'hookwright_capi.dll',
            'Darwin' => 'libhookwright_capi.dylib',
            default => 'libhookwright_capi.so',
        };
        $package = dirname(__DIR__, 2);

        return ["{$package}/lib/{$name}", "{$package}/../../dist/{$name}"];
    }

    private static function missing(?string $path): never
    {
        throw new NotAvailable(sprintf(
            'The library of Hookwright is not there: %s. Put it there, or say where it is with Options(library: ...) or'
            . ' the environment variable PHP_HOOKWRIGHT_LIBRARY. `cargo xtask dist` builds it into dist/.',
            $path ?? implode(' and ', self::places()),
        ));
    }
}

<?php

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Exception\HookwrightException;
use Hookwright\Internal\Clock;
use Hookwright\Internal\Library;
use Hookwright\Sending\Signals;
use Hookwright\Sending\Summary;
use Hookwright\Sending\Upkeep;
use Hookwright\Storage\PdoStorage;
use Hookwright\Storage\StorageError;

/**
 * The command bin/hookwright-worker: delivers from a database, once or until it is told to stop.
 *
 * Decides exit codes: 0 for done, 1 for a failure, 2 for a wrong command line.
 */
final class Worker
{
    private const USAGE = <<<'TEXT'
        Deliver webhooks: claim what is due, send it, record what came of it.

          hookwright-worker DSN [options]                  for example sqlite:/var/lib/shop/shop.db
          hookwright-worker --bootstrap FILE [options]     a PHP file that returns Hookwright, with callbacks and all
          hookwright-worker URL --token-file FILE          through a `hookwright serve` that does not deliver itself:
                                                           http://127.0.0.1:8750 or unix:///path/of/its/socket

          --watch              go on until SIGTERM, SIGINT or a limit, and remove what is past its retention;
                               default: send what is due and end
          --concurrency N      requests under way at once (64)
          --time-limit S       end in order after so many seconds
          --memory-limit MB    end in order when PHP has taken so much
          --failure-limit S    end with an error when the database has failed for so long (with --bootstrap: 60)
          --set KEY=VALUE      a setting of the installation, as wit/README.md lists them; may come again and again
          --allow-local        allow http, and receivers on this machine and in private networks, for development
          --migrate            make the tables first, or bring them up to date
          --library FILE       libhookwright_capi; default: beside this package, or PHP_HOOKWRIGHT_LIBRARY
          --token-file FILE    with the token of that `hookwright serve`
          --ca FILE            certificates (PEM) to trust in the place of the system's
          --quiet              print nothing but errors
          --print-ffi-header   print the header that ffi.preload wants, and end
          --help               print this, and end

        User and password of a database server come from PHP_HOOKWRIGHT_DB_USER and PHP_HOOKWRIGHT_DB_PASSWORD.

        TEXT;

    private const FLAGS = ['--watch', '--allow-local', '--migrate', '--quiet', '--print-ffi-header', '--help'];

    private const NUMBERS = ['--concurrency', '--time-limit', '--memory-limit', '--failure-limit'];

    private const VALUES = ['--bootstrap', ...self::NUMBERS, '--set', '--library', '--token-file', '--ca'];

    /** @var array<string, list<string>> */
    private array $given = [];

    private ?string $dsn = null;

    /** @param list<string> $arguments without the name of the program */
    public function __construct(private readonly array $arguments)
    {
    }

    /** Runs, and gives the exit code. */
    public function main(): int
    {
        try {
            $wrong = $this->parse();
            if ($wrong !== null) {
                fwrite(STDERR, "hookwright-worker: {$wrong}; --help tells more\n");

                return 2;
            }
            if ($this->has('--help')) {
                fwrite(STDOUT, self::USAGE);

                return 0;
            }
            if ($this->has('--print-ffi-header')) {
                fwrite(STDOUT, Library::preloadHeader($this->value('--library')));

                return 0;
            }

            return $this->deliver($this->open());
        } catch (HookwrightException | StorageError $error) {
            fwrite(STDERR, "hookwright-worker: {$error->getMessage()}\n");

            return 1;
        }
    }

    private function deliver(Hookwright $hookwright): int
    {
        if ($this->has('--migrate')) {
            $hookwright->lifecycle->migrate();
        }
        $dispatcher = $hookwright->dispatcher(new DispatcherOptions(
            concurrency: (int) ($this->value('--concurrency') ?? 64),
            caFile: $this->value('--ca'),
            giveUpAfterMs: $this->failureLimit(),
        ));
        // The look-up of a name stops everything else: 10 s and more by the system's default.
        getenv('RES_OPTIONS') === false && putenv('RES_OPTIONS=timeout:2 attempts:1');
        $signals = new Signals();
        $started = Clock::seconds();
        $seconds = (float) ($this->value('--time-limit') ?? INF);
        $bytes = ($this->value('--memory-limit') ?? INF) * 1_048_576;
        $eachTurn = function () use ($dispatcher, $signals, $started, $seconds, $bytes): void {
            if ($signals->seen() > 1) {
                $dispatcher->stopNow();
            } elseif ($signals->seen() > 0 || Clock::seconds() - $started >= $seconds || memory_get_usage(true) > $bytes) {
                $dispatcher->stop();
            }
        };
        if ($this->has('--watch')) {
            $this->say('delivering until SIGTERM or SIGINT');
            $upkeep = new Upkeep($hookwright->lifecycle);
            $summary = $dispatcher->run(static function () use ($eachTurn, $upkeep): void {
                $eachTurn();
                $upkeep->turn();
            });
        } else {
            $summary = $dispatcher->runOnce(0, $eachTurn);
        }
        $this->say(self::told($summary));

        return $summary->unsettled > 0 ? 1 : 0;
    }

    /** A connection of Hookwright's own is opened again; one of the bootstrap's may only be by another process. */
    private function failureLimit(): ?int
    {
        $seconds = $this->value('--failure-limit') ?? ($this->has('--bootstrap') ? '60' : null);

        return $seconds === null ? null : (int) $seconds * 1000;
    }

    private function open(): Hookwright
    {
        $bootstrap = $this->value('--bootstrap');
        if ($bootstrap !== null) {
            $hookwright = require $bootstrap;
            if (!$hookwright instanceof Hookwright) {
                throw new StorageError('other', "{$bootstrap} returns no Hookwright");
            }

            return $hookwright;
        }
        if ($this->isServer()) {
            $token = file_get_contents((string) $this->value('--token-file'));

            $options = new ServerOptions(caFile: $this->value('--ca'));

            return Hookwright::connect((string) $this->dsn, (string) $token, $options);
        }
        $config = $this->has('--allow-local') ? ['allow-http' => 'true', 'allow-addresses' => 'loopback,private'] : [];
        foreach ($this->given['--set'] ?? [] as $pair) {
            [$key, $value] = explode('=', $pair, 2) + [1 => ''];
            $config[$key] = $value;
        }
        $password = getenv('PHP_HOOKWRIGHT_DB_PASSWORD');
        $user = getenv('PHP_HOOKWRIGHT_DB_USER');
        $storage = PdoStorage::open((string) $this->dsn, $user === false ? null : $user, $password === false ? null : $password);
        $hookwright = Hookwright::open($storage, new Options(config: $config, library: $this->value('--library')));
        $hookwright->lifecycle->checkConfig();

        return $hookwright;
    }

    private function parse(): ?string
    {
        $arguments = $this->arguments;
        while (($argument = array_shift($arguments)) !== null) {
            [$name, $value] = str_starts_with($argument, '--') ? explode('=', $argument, 2) + [1 => null] : [$argument, null];
            if (in_array($name, self::FLAGS, true)) {
                $this->given[$name] = [''];
            } elseif (in_array($name, self::VALUES, true)) {
                $value ??= array_shift($arguments);
                if ($value === null) {
                    return "{$name} needs a value";
                }
                $isNumber = in_array($name, self::NUMBERS, true);
                if ($isNumber && (filter_var($value, FILTER_VALIDATE_INT) === false || (int) $value < 1)) {
                    return "{$name} must be a whole number from 1";
                }
                $this->given[$name][] = $value;
            } elseif (str_starts_with($argument, '-') || $this->dsn !== null) {
                return "there is no argument {$argument}";
            } else {
                $this->dsn = $argument;
            }
        }
        if ($this->has('--help') || $this->has('--print-ffi-header')) {
            return null;
        }
        if (($this->dsn === null) === ($this->value('--bootstrap') === null)) {
            return 'give either the DSN of a database or --bootstrap';
        }

        if ($this->isServer() !== $this->has('--token-file')) {
            return $this->isServer() ? "{$this->dsn} needs --token-file" : '--token-file is for the URL of a server';
        }
        if ($this->isServer() && array_intersect_key($this->given, ['--set' => 1, '--allow-local' => 1, '--library' => 1]) !== []) {
            return '--set, --allow-local and --library are for the server itself';
        }
        foreach (['--bootstrap', '--token-file'] as $name) {
            if ($this->has($name) && !is_readable((string) $this->value($name))) {
                return "{$this->value($name)} cannot be read";
            }
        }

        return null;
    }

    private function isServer(): bool
    {
        return preg_match('~^(https?|unix)://~', (string) $this->dsn) === 1;
    }

    private function has(string $name): bool
    {
        return isset($this->given[$name]);
    }

    private function value(string $name): ?string
    {
        return $this->given[$name][0] ?? null;
    }

    private function say(string $line): void
    {
        if (!$this->has('--quiet')) {
            fwrite(STDOUT, "{$line}\n");
        }
    }

    private static function told(Summary $summary): string
    {
        $line = "{$summary->attempts} requests: {$summary->delivered} delivered, {$summary->retrying} to be tried again,"
            . " {$summary->exhausted} given up";
        foreach (['cancelled' => $summary->cancelled, 'lost' => $summary->lost, 'not recorded' => $summary->unsettled] as $what => $count) {
            $line .= $count > 0 ? ", {$count} {$what}" : '';
        }
        if ($summary->nextDue !== null) {
            $line .= '; next at ' . gmdate('Y-m-d\TH:i:s\Z', intdiv($summary->nextDue, 1000));
        }

        return $summary->stopped === null ? $line : "{$line}; the installation is stopped: {$summary->stopped}";
    }
}

<?php

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Events\Event;
use Hookwright\Events\Receipt;
use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\StorageFailed;
use Hookwright\Internal\Core;
use Hookwright\Internal\Door;
use Hookwright\Internal\Imports;
use Hookwright\Internal\InProcess;
use Hookwright\Internal\Json;
use Hookwright\Internal\OverHttp;
use Hookwright\Storage\MysqliStorage;
use Hookwright\Storage\PdoStorage;
use Hookwright\Storage\Storage;
use Hookwright\Storage\StorageError;

/**
 * Webhooks of this application: who wants which events, what is due, what came of it.
 *
 * The properties are the interfaces of wit/webhooks, with the same names.
 */
final class Hookwright
{
    /** Tables, state, stop, retention, erasure. */
    public readonly Lifecycle $lifecycle;

    /** Webhooks. */
    public readonly Registry $registry;

    /** Topics, their settings and documents. */
    public readonly Catalogue $catalogue;

    /** What accounts may have. */
    public readonly Accounts $accounts;

    /** Publish, and explain what would happen. */
    public readonly Events $events;

    /** Send, record, send again. */
    public readonly Deliveries $deliveries;

    /** Sign and verify. */
    public readonly Signing $signing;

    /** What the retry policy would do. */
    public readonly Policy $policy;

    /** Who may be called. */
    public readonly Guard $guard;

    /** Which plugins there are, as the database knows them. */
    public readonly Plugins $plugins;

    /** @param array<string, string> $times settings that say how long a request may take; the others hold keys */
    private function __construct(Door $door, private readonly array $times = [])
    {
        $door->open();
        $core = new Core($door);
        $this->lifecycle = new Lifecycle($core);
        $this->registry = new Registry($core);
        $this->catalogue = new Catalogue($core);
        $this->accounts = new Accounts($core);
        $this->events = new Events($core);
        $this->deliveries = new Deliveries($core);
        $this->signing = new Signing($core);
        $this->policy = new Policy($core);
        $this->guard = new Guard($core);
        $this->plugins = new Plugins($core);
    }

    /**
     * Hookwright on a database. Its tables are made by `$hookwright->lifecycle->migrate()`, once when the application is
     * installed or upgraded.
     *
     * @param \PDO|\mysqli|Storage|string $database the application's connection, any storage, or the DSN for a connection of
     *                                              Hookwright's own
     *
     * @throws Exception\NotAvailable when FFI is off, or the library is missing or of another version
     */
    public static function open(
        #[\SensitiveParameter] \PDO|\mysqli|Storage|string $database,
        ?Options $options = null,
    ): self {
        $options ??= new Options();
        try {
            $storage = match (true) {
                $database instanceof \PDO => PdoStorage::on($database),
                $database instanceof \mysqli => MysqliStorage::on($database),
                is_string($database) => PdoStorage::open($database),
                default => $database,
            };
        } catch (StorageError $error) {
            throw new StorageFailed($error->kind, $error->getMessage(), $error);
        }

        $times = array_intersect_key($options->config, ['request-timeout-ms' => 1, 'least-lease-margin-ms' => 1]);

        return new self(new InProcess($options, new Imports($storage, $options)), $times);
    }

    /**
     * Hookwright in a `hookwright serve` beside this application: for where PHP has no FFI. The same calls with the same
     * answers, but for what a server cannot do: it has connections of its own, so nothing joins the application's
     * transaction, and no callback of this process is asked (README.md, "Without FFI").
     *
     * @param string $address http://127.0.0.1:8750, or unix:///path/of/its/socket
     * @param string $token   that the server was given, or has made
     *
     * @throws Exception\NotAvailable when nobody answers there, or it is another version, or does not take the token
     */
    public static function connect(
        string $address,
        #[\SensitiveParameter] string $token,
        ?ServerOptions $options = null,
    ): self {
        return new self(new OverHttp($address, trim($token), $options ?? new ServerOptions()));
    }

    /**
     * Stores one event, durably when this returns, or with the application's commit when a transaction is open on its
     * connection.
     *
     * @param mixed $data what JSON can say, most often an array; an empty array is an empty object. Use a `stdClass` for an
     *                    empty object further in.
     *
     * @throws HookwrightException
     */
    public function publish(
        string $topic,
        mixed $data,
        ?string $account = null,
        ?string $idempotencyKey = null,
        ?int $occurredAt = null,
    ): Receipt {
        $event = new Event($topic, Json::data($data), $account, $idempotencyKey, $occurredAt);
        $result = $this->events->publish([$event])[0];

        return $result instanceof HookwrightException ? throw $result : $result;
    }

    /** What sends requests: claims what is due, sends it, records what came of it. */
    public function dispatcher(?DispatcherOptions $options = null): Dispatcher
    {
        return new Dispatcher($this, $this->timed($options));
    }

    /** The lease, in milliseconds, for `deliveries->test` and `deliveries->ping` where such a dispatcher sends the request. */
    public function leaseMs(?DispatcherOptions $options = null): int
    {
        return $this->timed($options)->leaseMs();
    }

    private function timed(?DispatcherOptions $options): DispatcherOptions
    {
        return ($options ?? new DispatcherOptions())->under($this->times);
    }
}

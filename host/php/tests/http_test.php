<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Events\Event;
use Hookwright\Exception\CoreFailed;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotAvailable;
use Hookwright\Exception\NotFound;
use Hookwright\Exception\StorageFailed;
use Hookwright\Hookwright;
use Hookwright\Registry\NewWebhook;
use Hookwright\ServerOptions;
use Hookwright\Types\Scope;

/** A `hookwright serve` beside the test. */
final class Server
{
    public readonly string $address;

    public readonly string $token;

    /** @var resource */
    private $program;

    public function __construct(private readonly Ground $ground, string ...$options)
    {
        $command = [(string) getenv('PHP_HOOKWRIGHT_TEST_CLI'), 'serve', '--json', '--allow-local', '--set', 'ping=false'];
        array_push($command, '--database', "{$ground->folder}/served.db", '--token-file', "{$ground->folder}/token");
        if (array_intersect(['--socket', '--listen'], $options) === []) {
            array_push($command, '--listen', '127.0.0.1:0');
        }
        [$this->program, $line] = $ground->start([...$command, ...$options]);
        $this->address = json_decode($line, true)['address'] ?? throw new \LogicException("the server does not start: {$line}");
        $this->token = trim((string) file_get_contents("{$ground->folder}/token"));
    }

    public function connect(?ServerOptions $options = null): Hookwright
    {
        return Hookwright::connect($this->address, $this->token, $options);
    }

    public function kill(): void
    {
        proc_terminate($this->program, SIGKILL);
        proc_close($this->program);
    }

    /** Runs a script in a PHP of its own, which has no FFI; what it prints. */
    public function php(string $code): string
    {
        $code = sprintf(
            "\$hookwright = Hookwright\\Hookwright::connect(%s, %s);\n%s",
            var_export($this->address, true),
            var_export($this->token, true),
            $code,
        );
        [$exit, $out, $error] = $this->ground->php($code, ['-d', 'ffi.enable=0']);
        same(0, $exit, "{$out}\n{$error}");

        return $out;
    }
}

test('http: without FFI the same calls work, and what is published is delivered and verified', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $server = new Server($ground);
    $secret = $server->php(<<<PHP
        \$created = \$hookwright->registry->create(new Hookwright\Registry\NewWebhook('{$receiver->url}', ['order.*'], name: 'Zoë'));
        echo \$created->secret;
        PHP);
    $receiver->secret($secret);
    $id = $server->php(<<<'PHP'
        if (ini_get('ffi.enable') !== '0') {
            throw new LogicException('FFI is on');
        }
        $receipt = $hookwright->publish('order.created', ['id' => 9007199254740993, 'lines' => [], 'map' => new stdClass()]);
        echo $receipt->eventId;
        PHP);
    eventually('it arrives', fn () => $receiver->received() !== []);
    [$request] = $receiver->received();
    same([$id, true], [$request['id'], $request['verified']]);
    holds(str_contains($request['body'], '{"id":9007199254740993,"lines":[],"map":{}}'), $request['body']);

    $hookwright = $server->connect();
    same('Zoë', $hookwright->registry->find(new \Hookwright\Registry\Query(
        Scope::all(),
        \Hookwright\Registry\Sort::Created,
        false,
        new \Hookwright\Types\Paging(1, 10),
    ))->items[0]->name);
    throws(NotFound::class, fn () => $hookwright->registry->get(Scope::all(), 'wh_none'));
    throws(InvalidInput::class, fn () => $hookwright->publish('no.such.topic', []));
    $error = throws(InvalidInput::class, fn () => $hookwright->publish('order.created', ['name' => "\xFF"]));
    same('data.name: is not valid UTF-8', $error->getMessage());
    $results = $hookwright->events->publish([new Event('order.created', '{}'), new Event('no.such', '{}')]);
    same([1, true], [$results[0]->deliveries, $results[1] instanceof InvalidInput]);
});

test('http: where nobody answers, or not to us, the message says so', function (Ground $ground): void {
    $server = new Server($ground, '--no-deliver');
    $message = fn (callable $work) => throws(NotAvailable::class, $work)->getMessage();
    $port = (int) parse_url($server->address, PHP_URL_PORT);
    begins('No `hookwright serve` can be reached at http://127.0.0.1:1: ', $message(fn () => Hookwright::connect('http://127.0.0.1:1', 'a-token')));
    begins('No `hookwright serve` can be reached at unix:///nowhere.sock', $message(fn () => Hookwright::connect('unix:///nowhere.sock', 'a-token')));
    begins('localhost:1 is no address of', $message(fn () => Hookwright::connect('localhost:1', 'a-token')));
    begins("The token for {$server->address} is empty", $message(fn () => Hookwright::connect($server->address, "\n")));
    $wrong = $message(fn () => Hookwright::connect($server->address, 'wrong-token'));
    begins("`hookwright serve` at {$server->address} does not let us in: the token is wrong", $wrong);
    holds(!str_contains($wrong, 'wrong-token'), $wrong);
    // What is there instead of a server.
    $receiver = $ground->receiver();
    same("What answers at {$receiver->base} (with HTTP 200) is no `hookwright serve`.", $message(fn () => Hookwright::connect($receiver->base, 'a-token')));

    $hookwright = $server->connect(new ServerOptions(timeoutMs: 5_000));
    $hookwright->publish('order.created', ['id' => 1], idempotencyKey: 'order-1');
    $server->kill();
    begins("No `hookwright serve` can be reached at {$server->address}: ", $message(fn () => $hookwright->publish('order.created', ['id' => 2])));
    // The application goes on, and so does the connection when the server is back.
    new Server($ground, '--no-deliver', '--listen', "127.0.0.1:{$port}");
    same(true, $hookwright->publish('order.created', ['id' => 1], idempotencyKey: 'order-1')->replayed);
});

test('http: who answers nothing, or another version, is told from who is not there', function (Ground $ground): void {
    $listening = stream_socket_server('tcp://127.0.0.1:0');
    $address = 'http://' . stream_socket_get_name($listening, false);
    $told = throws(NotAvailable::class, fn () => Hookwright::connect($address, 'a-token', new ServerOptions(timeoutMs: 200)));
    begins("`hookwright serve` at {$address} gave no answer: ", $told->getMessage());

    [, $other] = $ground->start([PHP_BINARY, '-r', <<<'PHP'
        $listening = stream_socket_server('tcp://127.0.0.1:0');
        echo stream_socket_get_name($listening, false), "\n";
        $client = stream_socket_accept($listening, 60);
        fread($client, 8192);
        fwrite($client, "HTTP/1.1 400 x\r\nhookwright-version: 9.9.9\r\ncontent-length: 2\r\n\r\n{}");
        PHP]);
    $told = throws(NotAvailable::class, fn () => Hookwright::connect("http://{$other}", 'a-token'));
    begins("`hookwright serve` at http://{$other} has version 9.9.9, this package needs 0.1.0", $told->getMessage());
});

/** A server that answers GET, ends the connection after any other request, and writes down all that it was asked. */
function closing_server(Ground $ground, string $answer): string
{
    $script = "{$ground->folder}/closing.php";
    file_put_contents($script, '<?php $answer = ' . var_export($answer, true) . ";\n" . <<<'PHP'
        $listening = stream_socket_server('tcp://127.0.0.1:0');
        echo stream_socket_get_name($listening, false), "\n";
        while ($client = stream_socket_accept($listening, 60)) {
            do {
                $length = 0;
                $request = $line = fgets($client);
                while ($line !== false && trim($line) !== '') {
                    $line = fgets($client);
                    $length = sscanf(strtolower($line), 'content-length: %d')[0] ?? $length;
                }
                $body = $length > 0 ? stream_get_contents($client, $length) : '';
                file_put_contents(__DIR__ . '/asked', $request === false ? '' : $request[0] . strlen($body) . ' ', FILE_APPEND);
                $isGet = str_starts_with((string) $request, 'GET');
                $isGet ? fwrite($client, "HTTP/1.1 200 x\r\nhookwright-version: 0.1.0\r\ncontent-length: 2\r\n\r\n{}") : fwrite($client, $answer);
            } while ($isGet);
            fclose($client);
        }
        PHP);

    return 'http://' . $ground->start([PHP_BINARY, $script])[1];
}

test('http: a call is not sent again when a kept connection ends, and nobody says that it was not carried out', function (Ground $ground): void {
    $address = closing_server($ground, '');
    $hookwright = Hookwright::connect($address, 'a-token');
    $told = throws(NotAvailable::class, fn () => $hookwright->publish('order.created', ['id' => 1]))->getMessage();
    same("`hookwright serve` at {$address} gave no answer: the connection ended. Whether the call was carried out is not"
        . ' known; an event with an idempotency key can be published again.', $told);
    same(1, preg_match('/^G0 P[1-9][0-9]* $/', (string) file_get_contents("{$ground->folder}/asked")));
});

test('http: a proxy that got no answer does not say that nothing was done', function (Ground $ground): void {
    $address = closing_server($ground, "HTTP/1.1 504 x\r\ncontent-length: 0\r\n\r\n");
    $hookwright = Hookwright::connect($address, 'a-token');
    $told = throws(NotAvailable::class, fn () => $hookwright->lifecycle->stats())->getMessage();
    same("What answers at {$address} (with HTTP 504) is no `hookwright serve`. Whether the call was carried out is not known.", $told);
});

test('http: over a unix socket, to a server that leaves delivery to the worker of PHP', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $server = new Server($ground, '--socket', "{$ground->folder}/hooks.sock", '--no-deliver');
    same("unix://{$ground->folder}/hooks.sock", $server->address);
    $hookwright = $server->connect();
    $ground->webhook($hookwright, $receiver);
    $event = $hookwright->publish('order.created', ['id' => 1]);
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
    $hookwright->publish('order.created', ['text' => str_repeat('x', 200_000)]);
    [$code, $out, $error] = $ground->ran(
        [PHP_BINARY, '-d', 'ffi.enable=0', dirname(__DIR__) . '/bin/hookwright-worker', $server->address, '--token-file', "{$ground->folder}/token"],
    );
    same([0, "1 requests: 1 delivered, 0 to be tried again, 0 given up\n"], [$code, $out], $error);
    same([$event->eventId, true], [$receiver->received()[0]['id'], $receiver->received()[1]['verified']]);
    $worker = fn (string ...$arguments) => $ground->ran([PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', ...$arguments]);
    same([2, '', "hookwright-worker: {$server->address} needs --token-file; --help tells more\n"], $worker($server->address));
    same(2, $worker('sqlite:x', '--token-file', 'x')[0]);
    // Behind TLS, with a certificate that only --ca knows: it gets as far as to see that this is another server.
    $tls = $ground->tlsReceiver();
    $token = ['--token-file', "{$ground->folder}/token"];
    holds(str_contains($worker($tls->base, ...$token)[2], 'certificate'), 'not trusted');
    begins("hookwright-worker: What answers at {$tls->base}", $worker($tls->base, ...$token, ...['--ca', $ground->certificate()])[2]);
    same(2, $worker($server->address, '--token-file', "{$ground->folder}/token", '--set', 'ping=false')[0]);
});

test('http: a huge payload is refused by name, and what the database of the server refuses is told', function (Ground $ground): void {
    $server = new Server($ground, '--no-deliver');
    $hookwright = $server->connect();
    $error = throws(InvalidInput::class, fn () => $hookwright->publish('order.created', ['text' => str_repeat('x', 3_000_000)]));
    holds(str_contains($error->getMessage(), '262,144') || str_contains($error->getMessage(), '262144'), $error->getMessage());
    $error = throws(CoreFailed::class, fn () => $hookwright->publish('order.created', ['text' => str_repeat('x', 40_000_000)]));
    same('too-large', $error->kind);
    $other = new \PDO("sqlite:{$ground->folder}/served.db", null, null, [\PDO::ATTR_TIMEOUT => 20]);
    $other->exec('DROP TABLE hookwright_webhooks');
    throws(StorageFailed::class, fn () => $hookwright->publish('order.created', ['id' => 1]));
});

test('http: a child of fork speaks over a connection of its own', function (Ground $ground): void {
    $hookwright = (new Server($ground, '--no-deliver'))->connect();
    $hookwright->publish('order.created', ['id' => 0]);
    $children = [];
    foreach (range(1, 4) as $child) {
        $children[] = $pid = pcntl_fork();
        if ($pid === 0) {
            for ($number = 0; $number < 20; $number++) {
                $hookwright->publish('order.created', ['id' => $child * 100 + $number]);
            }
            // No destructor of the parent's objects runs in the child.
            posix_kill((int) getmypid(), SIGUSR1);
        }
    }
    $hookwright->publish('order.created', ['id' => 1]);
    foreach ($children as $pid) {
        pcntl_waitpid($pid, $status);
        same(SIGUSR1, pcntl_wtermsig($status));
    }
    $hookwright->publish('order.created', ['id' => 2]);
    same(83, (int) (new \PDO("sqlite:{$ground->folder}/served.db"))->query('SELECT count(*) FROM hookwright_events')->fetchColumn());
});

<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

require_once __DIR__ . '/server.php';

const EVENT = "hookwright()->publish('account_created', ['user_id' => 1]);";

test('the longest time limits are kept to, that of the settings and that of a webhook', function (Ground $ground): void {
    $id = $ground->webhook('slow', ['account_created'], ['timeout' => 110_000]);
    $told = $ground->run([], "
        (new Hookwright\\WordPress\\Settings(config: ['request-timeout-ms' => '90000', 'least-lease-margin-ms' => '70000']))->write();
        " . EVENT . "
        \$sent = Hookwright\\WordPress\\Delivery::deliver(hookwright(), 5)->delivered;
        [\$isTaken] = (new Hookwright\\WordPress\\Cli\\Worker(hookwright()))->test('{$id}', null);
        " . EVENT . "
        \$lease = hookwright()->hookwright()->leaseMs(Hookwright\\WordPress\\Delivery::options());
        [\$request] = hookwright()->hookwright()->deliveries->claim(1, \$lease, [])->requests;
        return [\$sent, \$isTaken, \$request->timeout];");
    same([1, true, 110_000], $told);
});

test('what nobody wants makes no work after the page, what somebody wants does, and what REST and wp-admin change', function (Ground $ground): void {
    $due = fn (string $code): mixed => $ground->run([], "wp_set_current_user(1); {$code} return hookwright()->due();");
    same([], $due(EVENT), 'nobody');
    $ask = "\$ask = function (string \$method, string \$path, array \$body) {
        \$request = new WP_REST_Request(\$method, '/hookwright/v1' . \$path);
        \$request->set_header('content-type', 'application/json');
        \$request->set_body(json_encode(\$body));
        return rest_do_request(\$request)->get_data();
    };";
    same([], $due("{$ask} \$ask('POST', '/events', ['topic' => 'account_created', 'data' => ['user_id' => 1]]);"));
    $made = $ground->run([], "wp_set_current_user(1); {$ask}
        \$id = \$ask('POST', '/webhooks', ['url' => '{$ground->url('rest')}', 'topics' => ['account_created']])['id'];
        return [\$id, hookwright()->due()];");
    same([1], $made[1], 'a new webhook is greeted');
    same([1], $due("{$ask} \$ask('PATCH', '/webhooks/{$made[0]}', ['status' => 'active']);"), 'a changed one may be owed something');
    same([1], $due("{$ask} \$ask('POST', '/events', ['topic' => 'account_created', 'data' => ['user_id' => 1]]);"));
    same([1], $due(EVENT), 'somebody');
    same([1], $due("{$ask}
        \$delivery = \$ask('GET', '/deliveries', [])[0]['id'];
        \$ask('POST', '/deliveries/' . \$delivery . '/redeliver', []);"));
    same([1], $due("
        \$_SERVER['REQUEST_METHOD'] = 'POST';
        \$_POST = ['webhook_name' => 'Form', 'url' => '{$ground->url('form')}', 'topics' => ['account_created'], 'which' => 'some'];
        \$_REQUEST['_wpnonce'] = wp_create_nonce(Hookwright\\WordPress\\Admin\\Webhooks\\WebhookForm::NONCE);
        (new Hookwright\\WordPress\\Admin\\Webhooks\\WebhookPage(hookwright(), hookwright()->hookwright()))->prepareNew();"));
    $names = $ground->run([], WEBHOOKS);
    holds(in_array('Form', array_column($names, 0), true), 'it is made: ' . json_encode($names));
});

test('a page waits once for a server that gives no answer, and its events are kept', function (Ground $ground): void {
    $script = '$server = stream_socket_server("tcp://127.0.0.1:0"); echo stream_socket_get_name($server, false), "\n";'
        . 'while ($one = stream_socket_accept($server, 60)) { echo "asked\n"; fclose($one); }';
    $program = proc_open([PHP_BINARY, '-r', $script], [1 => ['pipe', 'w']], $pipes);
    $address = trim((string) fgets($pipes[1]));
    $told = $ground->shop("
        global \$wpdb;
        (new Hookwright\\WordPress\\Settings(endpoint: 'http://{$address}', token: 'none'))->write();
        " . str_repeat(EVENT, 3) . "
        \$wpdb->query('START TRANSACTION');
        " . EVENT . "
        \$wpdb->query('COMMIT');
        wc_stub_new_order();
        return [Hookwright\\WordPress\\Waiting::count(), hookwright()->problem() === null, hookwright()->failures()];");
    proc_terminate($program);
    $asked = (string) stream_get_contents($pipes[1]);
    proc_close($program);
    same([[4, false, []], "asked\n"], [$told, $asked]);
    $ground->run([], "\$GLOBALS['wpdb']->query(\"DELETE FROM {\$GLOBALS['wpdb']->options} WHERE option_name LIKE 'hookwright\\\\_waiting\\\\_%'\");");
});

test('beside a server, what waited is published after the page and by WP-Cron, whoever sends', function (Ground $ground): void {
    $server = Server::start();
    if ($server === null) {
        return;
    }
    try {
        $stored = "[Hookwright\\WordPress\\Waiting::count(), hookwright()->hookwright()->deliveries->find(
            new Hookwright\\Deliveries\\Query(Hookwright\\Types\\Scope::all(), new Hookwright\\Types\\Paging(1, 10)))->total]";
        same([1, 0], $ground->run([], "{$server->settings('Worker')}
            global \$wpdb;
            hookwright()->hookwright()->registry->create(
                new Hookwright\\Registry\\NewWebhook('{$ground->url('served')}', ['account_created']));
            \$wpdb->query('START TRANSACTION');
            " . EVENT . "
            \$wpdb->query('COMMIT');
            return {$stored};"));
        same([0, 1], $ground->run([], "return {$stored};"), 'after the page');
        same([0, 2], $ground->run([], "
            Hookwright\\WordPress\\Waiting::add('account_created', ['user_id' => 2], null);
            do_action('hookwright_deliver');
            return {$stored};"), 'WP-Cron');
    } finally {
        $server->end();
    }
});

test('a process that was at work when the site moved goes on sending', function (Ground $ground): void {
    $ground->webhook('net', ['account_created']);
    $move = "
        \$move = function (string \$to): void {
            \$line = [PHP_BINARY, '-d', 'ffi.enable=1', \$_SERVER['argv'][0], ABSPATH];
            \$program = proc_open(\$line, [['pipe', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], \$pipes);
            fwrite(\$pipes[0], json_encode(['stubs' => [], 'code' => \"update_option('siteurl', '{\$to}');\"]));
            fclose(\$pipes[0]);
            proc_close(\$program);
        };";
    $told = $ground->run([], "
        {$move}
        \$former = wp_load_alloptions()['siteurl'];
        " . EVENT . "
        \$move('http://moved-' . wp_rand() . '.example.test');
        \$first = Hookwright\\WordPress\\Delivery::deliver(hookwright(), 5)->delivered;
        " . EVENT . "
        \$move(\$former);
        \$second = (new Hookwright\\WordPress\\Cli\\Worker(hookwright(), null, 1))->run(true);
        return [\$first, \$second, hookwright()->problem()];");
    same([1, '1 requests: 1 delivered, 0 to be tried again, 0 given up', null], $told);
});

test('a site asks itself where and how cron_request says, and pauses where it does not reach itself', function (Ground $ground): void {
    [$request, $asked] = $ground->run([], "
        \$server = stream_socket_server('tcp://127.0.0.1:0');
        \$address = 'http://' . stream_socket_get_name(\$server, false) . '/behind/wp-cron.php?from=here';
        \$asked = 0;
        add_filter('cron_request', function (array \$request) use (&\$address, &\$asked): array {
            \$asked++;
            \$request['url'] = \$address;
            \$request['args']['headers'] = ['Authorization' => 'Basic eDp5', 'X-Evil' => \"a\\r\\nb: c\", 'Host' => 'shop.example'];
            return \$request;
        });
        Hookwright\\WordPress\\Loopback::send();
        \$request = fread(stream_socket_accept(\$server, 5), 4096);
        fclose(\$server);
        Hookwright\\WordPress\\Loopback::send();
        Hookwright\\WordPress\\Loopback::send();
        delete_transient('hookwright_loopback_failed');
        return [\$request, \$asked];");
    same("GET /behind/wp-cron.php?from=here&hookwright=1 HTTP/1.1\r\nconnection: close\r\nauthorization: Basic eDp5\r\n"
        . "host: shop.example\r\nuser-agent: Hookwright\r\n\r\n", $request);
    same(2, $asked, 'the third time it did not try');
});

test('whoever has a transaction open is told when it is gone', function (Ground $ground): void {
    $told = $ground->run([], <<<'PHP'
        global $wpdb;
        $wpdb->query('CREATE TABLE shop_order (id INT PRIMARY KEY) ENGINE=InnoDB');
        $other = new mysqli('localhost', DB_USER, DB_PASSWORD, DB_NAME, 0, explode(':', DB_HOST)[1] ?? null);
        $events = Hookwright\WordPress\Configuration::tablePrefix() . 'events';
        hookwright()->publish('account_created', ['user_id' => 1]);
        $heard = [];
        add_action('hookwright_transaction_lost', function (...$arguments) use (&$heard): void {
            $heard[] = $arguments[1];
        }, 10, 2);
        // The other one has written more, so the server gives up this one where each waits for the other.
        $other->query('START TRANSACTION');
        $other->query('INSERT INTO shop_order VALUES ' . implode(',', array_map(fn ($id) => "({$id})", range(1000, 3000))));
        $other->query("SELECT * FROM {$events} FOR UPDATE")->free();
        $wpdb->query('START TRANSACTION');
        $wpdb->query('INSERT INTO shop_order VALUES (1)');
        $other->query('INSERT INTO shop_order VALUES (1)', MYSQLI_ASYNC);
        $waits = "SELECT COUNT(*) FROM information_schema.processlist WHERE state IN ('Update', 'update') AND id = {$other->thread_id}";
        for ($tries = 0; $wpdb->get_var($waits) === '0' && $tries < 1000; $tries++) {
            usleep(5_000);
        }
        try {
            hookwright()->publish('account_created', ['user_id' => 2]);
            $thrown = null;
        } catch (Hookwright\Exception\TransactionLost $lost) {
            $thrown = $lost->getMessage();
        }
        $other->reap_async_query();
        $other->query('ROLLBACK');
        $left = $wpdb->get_var('SELECT COUNT(*) FROM shop_order');
        $wpdb->query('DROP TABLE shop_order');

        return [str_contains((string) $thrown, 'eadlock'), $heard, array_column(hookwright()->failures(), 'topic'), $left, $thrown];
        PHP);
    same([true, ['account_created'], ['account_created'], '0'], array_slice($told, 0, 4), (string) $told[4]);
});

<?php

declare(strict_types=1);

// What the plugin does inside a real WordPress: php -d ffi.enable=1 real.php FOLDER_OF_WORDPRESS
// The plugin lies among its plugins. Everything that this makes is gone afterwards, with tables and settings.

namespace Hookwright\WordPress\Tests;

use Hookwright\Catalogue\Query;
use Hookwright\Catalogue\TopicSettings;
use Hookwright\Catalogue\Validation;
use Hookwright\Hookwright;
use Hookwright\Options;
use Hookwright\Registry\NewWebhook;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Configuration;
use Hookwright\WordPress\Delivery;
use Hookwright\WordPress\DeliveryMode;
use Hookwright\WordPress\Installation;
use Hookwright\WordPress\Settings;
use Hookwright\WordPress\Waiting;
use Hookwright\WordPress\WpdbStorage;

$_SERVER += ['HTTP_HOST' => 'localhost', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require __DIR__ . '/stubs/terminal.php';
chdir($argv[1]);
require "{$argv[1]}/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/admin.php';

const PLUGIN = 'hookwright/hookwright.php';

// There is no browser that a cookie could go to.
add_filter('send_auth_cookies', '__return_false');

function same(mixed $expected, mixed $seen, string $what): void
{
    if ($expected !== $seen) {
        $told = static fn (mixed $value): string => (string) json_encode($value, JSON_UNESCAPED_SLASHES | JSON_PRETTY_PRINT);
        throw new \LogicException("{$what}\nexpected: {$told($expected)}\nseen:     {$told($seen)}");
    }
}

/** Waits until the condition holds, 20 s at most. */
function eventually(callable $condition, string $what): void
{
    $end = microtime(true) + 20;
    while (!$condition()) {
        same(true, microtime(true) < $end, $what);
        usleep(10_000);
    }
}

/** A receiver on this machine. */
final class Receiver
{
    public readonly string $url;

    private readonly string $folder;

    /** @var resource */
    private $program;

    public function __construct()
    {
        $this->folder = sys_get_temp_dir() . '/hookwright-wordpress-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
        file_put_contents("{$this->folder}/receive.php", '<?php if ($_SERVER["REQUEST_METHOD"] === "POST") {'
            . 'file_put_contents(__DIR__ . "/log", json_encode([getallheaders(), file_get_contents("php://input")]) . "\n", FILE_APPEND);}');
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $address = (string) stream_socket_get_name($free, false);
        fclose($free);
        $this->url = "http://{$address}/receive.php";
        $this->program = proc_open([PHP_BINARY, '-S', $address, '-t', $this->folder], [2 => ['file', '/dev/null', 'w']], $pipes);
        eventually(fn (): bool => @file_get_contents($this->url) !== false, 'the receiver starts');
    }

    /** @return list<array{array<string, string>, string}> headers and body of what came since the last time */
    public function received(): array
    {
        $log = "{$this->folder}/log";
        $lines = is_file($log) ? file($log, FILE_IGNORE_NEW_LINES) : [];
        @unlink($log);

        return array_map(static fn (string $line) => json_decode($line, true), $lines);
    }

    public function end(): void
    {
        proc_terminate($this->program);
        proc_close($this->program);
        array_map('unlink', glob("{$this->folder}/*"));
        rmdir($this->folder);
    }
}

/** Sends what is due, and gives what arrived: topic and data. @return list<array{string, mixed}> */
function arrived(Receiver $receiver): array
{
    Delivery::deliver(hookwright(), 30);
    $bodies = array_map(static fn (array $one) => json_decode($one[1], true), $receiver->received());

    return array_map(static fn (array $body) => [$body['type'], $body['data']], $bodies);
}

/** @return list<string> */
function topics(Receiver $receiver): array
{
    return array_column(arrived($receiver), 0);
}

/** Only our part of the hook hears it. */
function fire(string $hook): void
{
    foreach ($GLOBALS['wp_filter'][$hook]->callbacks[100] ?? [] as $callback) {
        ($callback['function'])('');
    }
}

/** What a command of WP-CLI prints. */
function command(string ...$words): string
{
    ob_start();
    \WP_CLI::run(['hookwright', ...$words]);

    return (string) ob_get_clean();
}

$tests = [];

$tests['activation makes tables, topics and entries of WP-Cron'] = static function (Receiver $receiver): void {
    same(null, activate_plugin(PLUGIN), 'the activation');
    same(null, hookwright()->problem(), 'nothing is in the way');
    same(true, count(Installation::tables()) > 8, 'there are tables');
    foreach (['hookwright_deliver', 'hookwright_purge'] as $hook) {
        same(true, is_int(wp_next_scheduled($hook)), "{$hook} is scheduled");
    }
    (new Settings(config: ['allow-http' => 'true', 'allow-addresses' => 'loopback', 'ping' => 'false']))->write();
    hookwright()->hookwright()->registry->create(new NewWebhook(
        $receiver->url,
        ['wordpress.*', 'account_created', 'account_deleted', 'booking.*'],
    ));
};

$tests['every event of WordPress arrives, and its data satisfy the schema of its topic'] = static function (Receiver $receiver): void {
    $catalogue = hookwright()->hookwright()->catalogue;
    $wanted = array_column($catalogue->find(new Query(new Paging(1, 100), 'wordpress.'))->items, 'name');
    same(true, count($wanted) >= 25, 'the topics of WordPress are in the catalogue');
    foreach ($wanted as $name) {
        $catalogue->configure($name, new TopicSettings(validation: Validation::Enforce, dedupeWindow: 0));
    }
    $user = wp_insert_user(['user_login' => 'marta', 'user_pass' => 'geheim-1', 'user_email' => 'marta@example.com']);
    wp_update_user(['ID' => $user, 'display_name' => 'Marta Vilar', 'user_pass' => 'geheim-2']);
    (new \WP_User($user))->set_role('editor');
    reset_password(get_userdata($user), 'geheim-3');
    wp_authenticate('marta@example.com', 'geheim-4');
    wp_signon(['user_login' => 'marta', 'user_password' => 'geheim-3']);
    $post = wp_insert_post(['post_title' => 'Winter', 'post_content' => '<p>We open <b>at ten</b>.</p>', 'post_name' => 'winter', 'post_author' => $user]);
    wp_save_post_revision($post);
    wp_update_post(['ID' => $post, 'post_status' => 'pending']);
    wp_publish_post($post);
    wp_update_post(['ID' => $post, 'post_title' => 'Winter hours', 'post_password' => 'geheim-5']);
    $comment = wp_insert_comment(['comment_post_ID' => $post, 'comment_content' => 'And on the 24th?', 'comment_author' => 'Ines', 'comment_approved' => 0]);
    wp_set_comment_status($comment, 'approve');
    wp_spam_comment($comment);
    wp_unspam_comment($comment);
    wp_trash_comment($comment);
    wp_trash_post($post);
    wp_untrash_post($post);
    wp_delete_post($post, true);
    $file = wp_insert_attachment(['post_title' => 'window', 'post_mime_type' => 'image/png'], 'window.png');
    wp_delete_attachment($file, true);
    $term = wp_insert_term('News of winter', 'category')['term_id'];
    wp_update_term($term, 'category', ['description' => 'What is new']);
    wp_delete_term($term, 'category');
    update_option('blogdescription', 'Winter ' . wp_rand());
    set_transient('winter_test', wp_rand());
    do_action('activated_plugin', 'akismet/akismet.php', false);
    do_action('deactivated_plugin', 'akismet/akismet.php', false);
    do_action('switch_theme', 'Same', wp_get_theme(), wp_get_theme());
    wp_delete_user($user, 1);

    same([], hookwright()->failures(), 'nothing was refused');
    $arrived = arrived($receiver);
    $seen = array_values(array_unique(array_column($arrived, 0)));
    sort($seen);
    $wanted = [...$wanted, 'account_created', 'account_deleted'];
    sort($wanted);
    same($wanted, $seen, 'each topic');
    $all = (string) json_encode($arrived);
    same(false, str_contains($all, 'geheim') || str_contains($all, '$P$') || str_contains($all, 'marta@example.com'), 'no secret is told');
    $of = static fn (string $topic): array => array_values(array_filter($arrived, static fn (array $one) => $one[0] === "wordpress.{$topic}"));
    same(['display_name', 'password'], $of('user.updated')[0][1]['changed'], 'what was changed');
    same([1, 'We open at ten .'], [count($of('post.published')), $of('post.published')[0][1]['post']['excerpt']], 'published once');
    same(true, $of('post.updated')[1][1]['post']['password_protected'] ?? $of('post.updated')[0][1]['post']['password_protected'], 'protected');
    foreach ($wanted as $name) {
        str_starts_with($name, 'wordpress.') && $catalogue->configure($name, new TopicSettings(validation: Validation::Off, dedupeWindow: 0));
    }
};

$tests['what WordPress rolls back is not sent, and inside a transaction nothing is'] = static function (Receiver $receiver): void {
    global $wpdb;
    $wpdb->query('START TRANSACTION');
    update_option('blogname', 'Rolled back');
    same(true, hookwright()->isInTransaction(), 'the transaction is seen');
    same([], hookwright()->failures(), 'the event is stored');
    $wpdb->query('ROLLBACK');
    wp_cache_flush();
    same([], topics($receiver), 'nothing was committed');
    $wpdb->query('START TRANSACTION');
    update_option('blogname', 'Committed');
    do_action('hookwright_deliver');
    same([], $receiver->received(), 'nothing is sent before the commit');
    $wpdb->query('COMMIT');
    same(['wordpress.option.updated'], topics($receiver), 'what was committed');
    same('', $wpdb->last_error, 'the connection is as it was');
};

$tests['plugins add topics, change payloads, veto, add headers and are told; what they throw breaks nothing'] = static function (Receiver $receiver): void {
    $topics = static fn (array $topics): array => $topics + ['booking.made' => ['title' => 'Booking made', 'sample' => ['id' => 7]], 'no good' => []];
    add_filter('hookwright_topics', $topics);
    $told = [];
    $attempt = static function (array $outcome, string $topic) use (&$told): void {
        $told[] = [$topic, $outcome['state']];
    };
    $data = static fn (array $data, string $topic): array => match ($data['id']) {
        13 => throw new \DomainException('not this number'),
        default => $data + ['room' => $topic],
    };
    $should = static fn (bool $should, string $topic, array $data): bool => $data['id'] !== 2;
    $headers = static fn (array $headers): array => $headers + ['X-Room' => '12'];
    add_filter('hookwright_payload', $data, 10, 2);
    add_filter('hookwright_should_deliver', $should, 10, 3);
    add_filter('hookwright_request_headers', $headers);
    add_action('hookwright_attempt', $attempt, 10, 2);
    foreach ([1, 2, 13] as $id) {
        hookwright()->publish('booking.made', ['id' => $id]);
    }
    Delivery::deliver(hookwright(), 30);
    $received = $receiver->received();
    same([1, ['id' => 1, 'room' => 'booking.made'], '12'], [
        count($received),
        json_decode($received[0][1], true)['data'],
        array_change_key_case($received[0][0])['x-room'],
    ], 'one is delivered');
    same([['booking.made', 'delivered']], $told, 'the attempt is told');
    same('custom', hookwright()->hookwright()->catalogue->get('booking.made')->sources[0], 'other hosts know the topic');
    $failures = hookwright()->failures();
    same([1, true], [count($failures), str_contains($failures[0]['message'], 'not this number')], 'what was thrown is shown');
    hookwright()->forgetFailures();
    remove_filter('hookwright_payload', $data);
    remove_filter('hookwright_should_deliver', $should);
    remove_filter('hookwright_request_headers', $headers);
    remove_action('hookwright_attempt', $attempt);
    hookwright()->publish('booking.made', ['id' => 13]);
    same([['booking.made', ['id' => 13]]], arrived($receiver), 'without filters');
    // What other plugins do wrong while a payload is made, and who fires a hook without its arguments.
    $broken = static fn () => throw new \DomainException('no address');
    add_filter('post_link', $broken);
    do_action('transition_post_status', 'publish', 'draft', get_post(1));
    remove_filter('post_link', $broken);
    same(['no address'], array_column(hookwright()->failures(), 'message'), 'it is shown');
    hookwright()->forgetFailures();
    foreach (['user_register', 'profile_update', 'deleted_user', 'set_user_role', 'after_password_reset', 'wp_login', 'post_updated', 'trashed_post',
        'deleted_post', 'wp_insert_comment', 'spammed_comment', 'add_attachment', 'switch_theme', 'updated_option', 'created_term'] as $hook) {
        fire($hook);
    }
    remove_filter('hookwright_topics', $topics);
    hookwright()->publish('no.such.topic', []);
    same('no.such.topic', hookwright()->failures()[0]['topic'], 'an unknown topic is a failure that is shown');
    hookwright()->forgetFailures();
};

$tests['WP-Cron sends; a worker alone does where the settings say so; a connection that was lost is opened again'] = static function (Receiver $receiver): void {
    global $wpdb;
    update_option('blogname', 'For cron');
    do_action('hookwright_deliver');
    same(1, count($receiver->received()), 'WP-Cron');
    $former = Settings::read();
    (new Settings(delivery: DeliveryMode::Worker, config: $former->config))->write();
    update_option('blogname', 'For the worker');
    do_action('hookwright_deliver');
    same([], $receiver->received(), 'not WP-Cron');
    same("Success: 1 requests: 1 delivered, 0 to be tried again, 0 given up\n", command('deliver'), 'wp hookwright deliver');
    same(1, count($receiver->received()), 'the worker');
    $former->write();
    $other = new \wpdb(DB_USER, DB_PASSWORD, DB_NAME, DB_HOST);
    $other->query('KILL ' . (int) $wpdb->get_var('SELECT CONNECTION_ID()'));
    foreach ([1, 2] as $id) {
        hookwright()->publish('account_created', ['user_id' => $id]);
    }
    // A transaction may have gone with the connection, and then nothing is told of it.
    same(['account_created'], array_column(hookwright()->failures(), 'topic'), 'the first is shown');
    hookwright()->forgetFailures();
    same([['account_created', ['user_id' => 2]]], arrived($receiver), 'the second finds another connection');
};

$tests['a site whose connection is not one of utf8mb4 gets another one beside it'] = static function (): void {
    global $wpdb;
    $old = clone $wpdb;
    $old->charset = 'latin1';
    $hookwright = Hookwright::open(new WpdbStorage($old), new Options(config: Configuration::of(Settings::read())));
    $name = 'Zoë 🦊 ' . wp_rand();
    $made = $hookwright->registry->create(new NewWebhook('http://127.0.0.1:1/', ['order.*'], $name));
    same($name, hookwright()->hookwright()->registry->get(Scope::all(), $made->webhook->id)->name, 'both see the same');
    same(false, (new WpdbStorage($old))->isInTransaction(), 'no transaction there');
    $hookwright->registry->delete(Scope::all(), [$made->webhook->id]);
};

$tests['a copy of the database sends nothing; a site that has moved does'] = static function (Receiver $receiver): void {
    global $wpdb;
    // As it lies in the table: wp-config.php may say another one.
    $former = (string) $wpdb->get_var("SELECT option_value FROM {$wpdb->options} WHERE option_name = 'siteurl'");
    $put = static function (string $url) use ($wpdb): void {
        $wpdb->update($wpdb->options, ['option_value' => $url], ['option_name' => 'siteurl']);
        wp_cache_flush();
    };
    update_option('blogname', 'Before the copy');
    $put('https://staging.example.com');
    same([], topics($receiver), 'the copy');
    same(true, str_contains((string) hookwright()->problem(), 'Sending is stopped'), (string) hookwright()->problem());
    same("Success: 1 deliveries are due\n", command('resume'), 'a person says so');
    same(['wordpress.option.updated'], topics($receiver), 'what was held');
    update_option('siteurl', 'https://moved.example.com');
    same(['wordpress.option.updated'], topics($receiver), 'moved');
    $put($former);
    command('resume');
    same([], topics($receiver), 'nothing new');
    same(null, hookwright()->problem(), 'as before');
};

$tests['where Hookwright cannot be reached, events are kept until it can; a rollback takes them too'] = static function (Receiver $receiver): void {
    global $wpdb;
    $former = Settings::read();
    (new Settings(config: $former->config, endpoint: 'http://127.0.0.1:1', token: 'none'))->write();
    $user = wp_insert_user(['user_login' => 'kept' . wp_rand(), 'user_pass' => 'geheim', 'role' => 'author']);
    hookwright()->publish('account_created', ['user_id' => 5, 'none' => new \stdClass()], 'the-key');
    hookwright()->publish('account_created', ['user_id' => 5, 'none' => new \stdClass()], 'the-key');
    hookwright()->publish('no.such.topic', []);
    $wpdb->query('START TRANSACTION');
    hookwright()->publish('account_created', ['user_id' => 6]);
    $wpdb->query('ROLLBACK');
    same([], hookwright()->failures(), 'nothing is lost');
    same(true, str_contains((string) hookwright()->problem(), '5 events are kept'), (string) hookwright()->problem());
    $former->write();
    same("Success: 3 requests: 3 delivered, 0 to be tried again, 0 given up\n", command('deliver'), 'the command line can');
    $bodies = array_column($receiver->received(), 1);
    $types = array_map(static fn (string $body): string => json_decode($body)->type, $bodies);
    sort($types);
    same(['account_created', 'account_created', 'wordpress.user.registered'], $types, 'each once');
    same(1, substr_count(implode($bodies), '"data":{"user_id":5,"none":{}}'), 'as it was published');
    same(['no.such.topic'], array_column(hookwright()->failures(), 'topic'), 'what is wrong in itself is told');
    same([0, null], [Waiting::count(), hookwright()->problem()], 'nothing waits');
    hookwright()->forgetFailures();
    wp_delete_user($user);
    arrived($receiver);
};

$tests['beside a server, without FFI, events go to it; in a transaction only once that is committed'] = static function (Receiver $receiver): void {
    global $wpdb;
    $program = (string) getenv('PHP_HOOKWRIGHT_TEST_CLI');
    if ($program === '') {
        same(false, getenv('CI'), 'PHP_HOOKWRIGHT_TEST_CLI names the program hookwright');
        echo "SKIPPED: PHP_HOOKWRIGHT_TEST_CLI does not name the program hookwright\n";

        return;
    }
    $folder = sys_get_temp_dir() . '/hookwright-serve-' . bin2hex(random_bytes(6));
    mkdir($folder, 0700);
    $server = proc_open(
        [$program, 'serve', '--socket', "{$folder}/socket", '--database', "{$folder}/db", '--token-file', "{$folder}/token", '--allow-local', '--set', 'ping=false'],
        [1 => ['file', "{$folder}/out", 'w'], 2 => ['file', "{$folder}/out", 'a']],
        $pipes,
    );
    $former = Settings::read();
    try {
        eventually(static fn (): bool => str_contains((string) file_get_contents("{$folder}/out"), 'Serving on'), 'the server starts');
        (new Settings(endpoint: "unix://{$folder}/socket", token: trim((string) file_get_contents("{$folder}/token"))))->write();
        same(null, hookwright()->problem(), 'it is there');
        hookwright()->hookwright()->registry->create(new NewWebhook($receiver->url, ['wordpress.*']));
        update_option('blogname', 'One');
        $wpdb->query('START TRANSACTION');
        update_option('blogname', 'Two');
        same(1, Waiting::count(), 'it waits for the commit');
        $wpdb->query('ROLLBACK');
        wp_cache_flush();
        $wpdb->query('START TRANSACTION');
        update_option('blogname', 'Three');
        $wpdb->query('COMMIT');
        hookwright()->publishWaiting();
        same([0, []], [Waiting::count(), hookwright()->failures()], 'nothing waits');
        $bodies = '';
        eventually(static function () use ($receiver, &$bodies): bool {
            $bodies .= implode(array_column($receiver->received(), 1));

            return str_contains($bodies, 'One') && str_contains($bodies, 'Three');
        }, 'both arrive');
        same(false, str_contains($bodies, 'Two'), 'what was rolled back does not');
    } finally {
        $former->write();
        proc_terminate($server);
        proc_close($server);
        array_map('unlink', array_filter(glob("{$folder}/*") ?: [], 'is_file'));
        @unlink("{$folder}/socket");
        @rmdir($folder);
    }
    hookwright()->hookwright();
};

$tests['WP-CLI shows webhooks, deliveries, topics and state'] = static function (Receiver $receiver): void {
    $id = trim(command('list', '--format=ids'));
    same(true, str_starts_with($id, 'wh_'), $id);
    same(true, str_contains(command('status'), 'webhooks:   1 active'), command('status'));
    same(true, str_contains(command('deliveries', '--limit=5'), 'delivered'), 'deliveries');
    same(true, str_contains(command('topics', '--search=comment'), 'wordpress.comment.posted'), 'topics');
    same("Success: the receiver took wordpress.post.published\n", command('test', $id, '--topic=wordpress.post.published'), 'a test');
    same(true, str_contains(command('publish', 'account_created', '{"user_id":3}'), 'goes to 1 webhooks'), 'publish');
    same(true, str_contains(command('create', $receiver->url, '--topics=order.*', '--name=Orders'), 'secret: whsec_'), 'create');
    same(['wordpress.post.published', 'account_created'], topics($receiver), 'both');
};

$tests['REST lists, makes, changes and deletes webhooks, several at once, and shows the log'] = static function (Receiver $receiver): void {
    $ask = static function (string $method, string $path, array $body = [], array $query = []): array {
        $request = new \WP_REST_Request($method, "/hookwright/v1{$path}");
        $request->set_query_params($query);
        if ($body !== []) {
            $request->set_header('content-type', 'application/json');
            $request->set_body((string) json_encode($body));
        }
        $response = rest_do_request($request);

        return [$response->get_status(), json_decode((string) json_encode($response->get_data()), true), $response->get_headers()];
    };
    wp_set_current_user(0);
    same(401, $ask('GET', '/webhooks')[0], 'nobody');
    wp_set_current_user(1);
    [$status, $made] = $ask('POST', '/webhooks', ['url' => $receiver->url, 'topics' => ['order.*'], 'headers' => ['X-Key' => 'k'], 'name' => 'REST']);
    same([201, 'REST', ['x-key'], true], [$status, $made['name'], $made['header_names'], str_starts_with($made['secret'], 'whsec_')], 'made');
    [$status, $refused] = $ask('POST', '/webhooks', ['url' => 'ftp://x', 'topics' => ['nosuch']]);
    same([400, 'hookwright_invalid_input', ['url', 'topics[0]']], [$status, $refused['code'], array_keys($refused['data']['params'])], 'refused');
    same(400, $ask('POST', '/webhooks', ['url' => $receiver->url, 'status' => 'disabled'])[0], 'by the schema');
    [$status, $list, $headers] = $ask('GET', '/webhooks', query: ['search' => 'REST']);
    same([200, 1, $made['id'], false], [$status, (int) $headers['X-WP-Total'], $list[0]['id'], isset($list[0]['secret'])], 'listed');
    [$status, $changed] = $ask('PATCH', "/webhooks/{$made['id']}", ['status' => 'paused', 'revision' => $made['revision']]);
    same([200, 'paused', ['order.*']], [$status, $changed['status'], $changed['topics']], 'changed');
    same(409, $ask('PATCH', "/webhooks/{$made['id']}", ['name' => 'x', 'revision' => $made['revision']])[0], 'a stale revision');
    [, $batch] = $ask('POST', '/webhooks/batch', [
        'create' => [['url' => $receiver->url, 'name' => 'One'], ['url' => 7]],
        'update' => [['id' => $made['id'], 'name' => 'Other'], ['id' => 'wh_none', 'name' => 'x']],
    ]);
    same(['One', true, 'Other', 404], [
        $batch['create'][0]['name'],
        isset($batch['create'][1]['error']),
        $batch['update'][0]['name'],
        $batch['update'][1]['error']['data']['status'],
    ], 'each has its own result');
    [$status, $event] = $ask('POST', '/events', ['topic' => 'account_created', 'data' => ['user_id' => 9, 'more' => new \stdClass()]]);
    same([201, true], [$status, $event['deliveries'] > 0], 'published');
    same(true, str_contains((string) json_encode(arrived($receiver)), '"user_id":9'), 'and sent');
    [, $log] = $ask('GET', '/deliveries', query: ['event' => $event['event']]);
    [$status, $one] = $ask('GET', "/deliveries/{$log[0]['id']}");
    same([200, 'delivered', 200, true], [$status, $one['state'], $one['attempt_log'][0]['status'], str_contains($one['payload'], '"more":{}')], 'the log');
    same(202, $ask('POST', "/deliveries/{$log[0]['id']}/redeliver")[0], 'again');
    same(1, count(arrived($receiver)), 'and it arrives again');
    same(true, $ask('GET', '/topics', query: ['search' => 'comment'])[1][0]['sample'] !== null, 'topics');
    same(true, $ask('POST', "/webhooks/{$made['id']}/test", ['topic' => 'order.created'])[1]['taken'], 'a test');
    same(true, $ask('POST', "/webhooks/{$made['id']}/secret")[1]['secret'] !== $made['secret'], 'another secret');
    same(true, $ask('DELETE', "/webhooks/{$made['id']}")[1]['deleted'], 'deleted');
    same(404, $ask('GET', "/webhooks/{$made['id']}")[0], 'gone');
    [, $batch] = $ask('POST', '/webhooks/batch', ['delete' => [$batch['create'][0]['id']]]);
    same(true, $batch['delete'][0]['deleted'], 'deleted in a batch');
    $receiver->received();
};

$tests['Site Health says when webhooks wait, and when they cannot be sent'] = static function (Receiver $receiver): void {
    global $wpdb;
    require_once ABSPATH . 'wp-admin/includes/class-wp-site-health.php';
    $status = static fn (): string => (\WP_Site_Health::get_tests()['direct']['hookwright']['test'])()['status'];
    same('good', $status(), 'nothing waits');
    update_option('blogname', 'For Site Health');
    $table = Configuration::tablePrefix() . 'deliveries';
    $wpdb->query("UPDATE {$table} SET due_at = due_at - 3600000 WHERE state = 'pending'");
    same('', $wpdb->last_error, 'the row');
    same('recommended', $status(), 'one waits');
    arrived($receiver);
    same('good', $status(), 'it is sent');
    hookwright()->hookwright()->lifecycle->stop('a drill');
    same('critical', $status(), 'stopped');
    hookwright()->hookwright()->lifecycle->resume();
};

$tests['administrators may, others may not, unless the filter says so'] = static function (): void {
    $subscriber = new \WP_User(wp_insert_user(['user_login' => 'sub', 'user_pass' => 'x', 'role' => 'subscriber']));
    same([true, false], [user_can(1, 'manage_webhooks'), user_can($subscriber, 'manage_webhooks')], 'by default');
    $reader = static fn (): string => 'read';
    add_filter('hookwright_capability', $reader);
    same(true, user_can($subscriber, 'manage_webhooks'), 'by the filter');
    remove_filter('hookwright_capability', $reader);
    wp_delete_user($subscriber->ID);
};

$tests['deactivated, it sends nothing more; deleted, nothing of it is left'] = static function (Receiver $receiver): void {
    global $wpdb;
    arrived($receiver);
    update_user_meta(1, 'hookwright_deliveries_per_page', 50);
    update_user_meta(1, 'managetoplevel_page_hookwrightcolumnshidden', ['integration']);
    update_user_meta(1, 'managewebhooks_page_hookwright-deliveriescolumnshidden', ['next']);
    update_user_meta(1, 'manageedit-postcolumnshidden', ['tags']);
    set_transient('hookwright_flash_1', ['x'], 60);
    deactivate_plugins(PLUGIN);
    same([false, false], [wp_next_scheduled('hookwright_deliver'), wp_next_scheduled('hookwright_purge')], 'WP-Cron');
    same(true, count(Installation::tables()) > 8, 'the tables stay');
    define('WP_UNINSTALL_PLUGIN', PLUGIN);
    $former = Settings::read();
    (new Settings(deleteData: false))->write();
    require WP_PLUGIN_DIR . '/hookwright/uninstall.php';
    same(true, count(Installation::tables()) > 8, 'the owner keeps them');
    $former->write();
    Installation::removeEverywhere();
    same([], Installation::tables(), 'no tables');
    same([], $wpdb->get_col("SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE '%hookwright%'"), 'no options');
    $left = $wpdb->get_col("SELECT meta_key FROM {$wpdb->usermeta} WHERE meta_key LIKE '%hookwright%' OR meta_key LIKE '%columnshidden'");
    same(['manageedit-postcolumnshidden'], $left, 'nothing of users');
};

$receiver = new Receiver();
$failed = 0;
foreach ($tests as $name => $test) {
    try {
        $test($receiver);
        echo "ok      {$name}\n";
    } catch (\Throwable $thrown) {
        $failed++;
        echo "FAILED  {$name}\n{$thrown}\n";
    }
}
$receiver->end();
echo "{$failed} failed\n";
exit($failed === 0 ? 0 : 1);

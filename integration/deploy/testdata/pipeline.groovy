// Runs a Jenkinsfile without Jenkins, once for each exit code of the gate that is given: its
// blocks run as they are nested, and its steps print what they are told to do.
//
// usage: groovy pipeline.groovy JENKINSFILE CODE...
import org.codehaus.groovy.control.CompilerConfiguration

class Steps {
  int code
  Map env
  Map params = [:]
  String any = 'any'

  // Blocks, as the declarative pipeline nests them.
  def pipeline(Closure body) { body() }
  def options(Closure body) { body() }
  def parameters(Closure body) { body() }
  def stages(Closure body) {
    try {
      body()
    } catch (IllegalStateException e) {
      println "error: ${e.message}"
    }
  }
  def stage(String name, Closure body) { println "stage: ${name}"; body() }
  def steps(Closure body) { body() }
  def script(Closure body) { body() }
  def post(Closure body) { body() }
  def always(Closure body) { println 'always'; body() }

  // Directives.
  def agent(String label) { println "agent: ${label}" }
  def disableConcurrentBuilds() { println 'disableConcurrentBuilds' }
  def timeout(Map of) { println "timeout: ${of}" }
  def string(Map of) {
    if (of.name) { params[of.name] = of.name == 'TOKEN' ? 'the-credentials' : of.defaultValue }
    of
  }

  // Steps.
  def sh(String script) { println "sh: ${script.stripIndent().trim()}" }
  def sh(Map of) { sh(of.script); of.returnStatus ? code : null }
  def error(String message) { throw new IllegalStateException(message) }
  def unstable(String message) { println "unstable: ${message}" }
  def lastCompleted() { 'the last completed build' }
  def copyArtifacts(Map of) { println "copyArtifacts: ${of}" }
  def archiveArtifacts(Map of) { println "archiveArtifacts: ${of}" }
  def junit(Map of) { println "junit: ${of}" }
  def withCredentials(List all, Closure body) { println "withCredentials: ${all}"; body() }
}

def shell = new GroovyShell(new CompilerConfiguration(scriptBaseClass: DelegatingScript.name))
for (code in args.tail()) {
  println "exit code ${code}"
  def run = shell.parse(new File(args[0]))
  run.setDelegate(new Steps(code: code as int, env: [JOB_NAME: 'group/shop/PR-7', CHANGE_TARGET: 'release/1']))
  run.run()
}

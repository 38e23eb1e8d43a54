// Jenkins: a pipeline that makes a packet when its step fails.
pipeline {
    agent any
    environment {
        ANTHROPIC_API_KEY = credentials('anthropic-api-key')
    }
    stages {
        stage('test') {
            steps {
                sh 'evpack run -f zip -- pytest'
            }
        }
    }
    post {
        failure {
            archiveArtifacts artifacts: 'evpack-out/**', allowEmptyArchive: true
        }
    }
}
